import type * as tf from '@tensorflow/tfjs';

/** Whatever your network consists of: a record of tensors, models of the layers API, an object of your own. */
type Params = unknown;
type Rng = () => number;

/** A new network, its weights drawn from rng, which is uniform on [0, 1) and now and then exactly 0. */
export function initVae(rng: Rng): Params {
  // TODO: choose an architecture and the number k of numbers in a code.
  return notYet('initVae', [], rng);
}

/** The mean and the log-variance of q(z|x) for pictures x [n, 32, 32, 3]; both [n, k]. */
export function encode(params: Params, x: tf.Tensor): { mu: tf.Tensor; logVar: tf.Tensor } {
  return notYet('encode', [x], params);
}

/** z = mu + e^(logVar/2) · eps, [n, k]. */
export function reparameterize(mu: tf.Tensor, logVar: tf.Tensor, eps: tf.Tensor): tf.Tensor {
  return notYet('reparameterize', [mu, logVar, eps]);
}

/** Pictures [n, 32, 32, 3] of codes z [n, k]. */
export function decode(params: Params, z: tf.Tensor): tf.Tensor {
  return notYet('decode', [z], params);
}

/** The mean over the batch of ‖x − x̂‖²/2 + KL(N(mu, e^logVar) ‖ N(0, I)), a scalar. It must not be async. */
export function negativeElbo(x: tf.Tensor, xHat: tf.Tensor, mu: tf.Tensor, logVar: tf.Tensor): tf.Tensor {
  return notYet('negativeElbo', [x, xHat, mu, logVar]);
}

/**
 * Trains a network on pictures [N, 32, 32, 3].
 *
 * @param options all random numbers come from options.rng; onEpoch may be left out
 * @returns the trained network and one loss an epoch
 */
export function trainVae(
  images: tf.Tensor,
  options: {
    epochs: number;
    batchSize: number;
    learningRate: number;
    rng: Rng;
    onEpoch?: (epoch: number, loss: number) => void;
  },
): { params: Params; losses: number[] } | Promise<{ params: Params; losses: number[] }> {
  // TODO: in every epoch go through all pictures in batches, also through a last one that is not full.
  return notYet('trainVae', [images], options);
}

/** The mean of mu over the pictures with the attribute minus that over those without, [k]. */
export function attributeDirection(params: Params, withIt: tf.Tensor, without: tf.Tensor): tf.Tensor {
  return notYet('attributeDirection', [withIt, without], params);
}

/** The picture of mu(x) + strength · direction, in the shape of x: [32, 32, 3] or [n, 32, 32, 3]. */
export function manipulate(params: Params, x: tf.Tensor, direction: tf.Tensor, strength: number): tf.Tensor {
  return notYet('manipulate', [x, direction], params, strength);
}

/** Pictures [count, 32, 32, 3] of codes on the straight line from mu(xa) to mu(xb), both ends included. */
export function interpolate(params: Params, xa: tf.Tensor, xb: tf.Tensor, count: number): tf.Tensor {
  return notYet('interpolate', [xa, xb], params, count);
}

/** Stands where your code will stand; delete it when the last function is written. */
function notYet(name: string, inputs: tf.Tensor[], ..._others: unknown[]): never {
  throw new Error(`${name} is still to be written (it was given ${inputs.map((x) => `[${x.shape}]`).join(', ')}).`);
}
