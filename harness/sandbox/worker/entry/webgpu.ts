import * as tf from 'gradus:tfjs';
import { prepare } from '../main.ts';
import { connectGpu } from '../webgpu/gpu.ts';

const serve = prepare(tf);

/** Dawn's library lies beside the worker, in `folder`; a snapshot cannot hold it. */
export const start = (folder: string): void => {
  connectGpu(`${folder}/dawn.node`);
  void tf.setBackend('webgpu').then((there) => {
    if (!there) throw new Error('There is no adapter for WebGPU.');
    serve();
  });
};
