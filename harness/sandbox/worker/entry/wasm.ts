import * as tf from 'gradus:tfjs';
import { serve } from '../main.ts';

/** The binaries lie beside the worker, in `folder`. A snapshot cannot hold them, so they are started here. */
export const start = (folder: string): void => {
  tf.setWasmPaths(`${folder}/`);
  void tf.setBackend('wasm').then(() => serve(tf));
};
