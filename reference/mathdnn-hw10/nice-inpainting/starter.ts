import * as tf from '@tensorflow/tfjs';

export interface Dense {
  kernel: tf.Tensor; // [in, out]
  bias: tf.Tensor; // [out]
}

export interface NiceModel {
  couplings: Dense[][]; // layer i has maskConfig (1 + i) % 2
  scale: tf.Tensor; // [D]
}

/** maskConfig 1: the second of each pair goes through the network and is added to the first; 0: the other way round. */
export function coupling(layers: Dense[], x: tf.Tensor, maskConfig: 0 | 1, reverse: boolean): tf.Tensor {
  // TODO
  return notYet('coupling', layers, x, maskConfig, reverse);
}

/** x · exp(scale), in reverse x · exp(−scale); logDet is Σ scale in both directions. */
export function scaling(scale: tf.Tensor, x: tf.Tensor, reverse: boolean): { x: tf.Tensor; logDet: tf.Tensor } {
  // TODO
  return notYet('scaling', scale, x, reverse);
}

/** The couplings in order, then the scaling. */
export function niceForward(model: NiceModel, x: tf.Tensor): { z: tf.Tensor; logDet: tf.Tensor } {
  // TODO
  return notYet('niceForward', model, x);
}

/** The way back. */
export function niceInverse(model: NiceModel, z: tf.Tensor): tf.Tensor {
  // TODO
  return notYet('niceInverse', model, z);
}

/** log p(x) of each row, [n]. Must not be async: inpaint needs its gradient. */
export function logProb(model: NiceModel, x: tf.Tensor): tf.Tensor {
  // TODO: mind latents of several hundred.
  return notYet('logProb', model, x);
}

/** Projected gradient ascent from the image as it is; mask is 1 where a pixel is known. */
export function inpaint(
  model: NiceModel,
  image: tf.Tensor,
  mask: tf.Tensor,
  options: { steps: number; learningRate: number },
): tf.Tensor {
  // TODO
  return notYet('inpaint', model, image, mask, options);
}

/** Stands where your code will stand; delete it when the last function is written. */
function notYet(name: string, ...given: unknown[]): never {
  throw new Error(
    `${name} is still to be written (it was called with ${given.length} arguments on tfjs ${tf.version_core}).`,
  );
}
