import * as tf from 'gradus:tfjs';
import { prepare } from '../main.ts';
import { supplyKernels } from '../wasm/kernels.ts';

supplyKernels(tf);
const serve = prepare(tf);

/** The binaries lie beside the worker, in `folder`. A snapshot cannot hold them, so they are started here. */
export const start = (folder: string): void => {
  tf.setWasmPaths(`${folder}/`);
  void tf.setBackend('wasm').then(serve);
};
