import type * as tf from '@tensorflow/tfjs';

/** A generator network as it is handed over: latents [n, d] in, pictures [n, h, w, c] out. */
type Net = (z: tf.Tensor) => tf.Tensor;

/**
 * −‖I − g(z)‖²/(2σ²) − ‖z‖²/2, one value a picture. It must not be async: it is differentiated through.
 *
 * @param z latents, [n, d]
 * @param images pictures of any size, [n, h, w, c]
 * @returns [n]
 */
export function logJoint(generate: Net, z: tf.Tensor, images: tf.Tensor, sigma: number): tf.Tensor {
  // TODO
  return notYet('logJoint', [z, images], generate, sigma);
}

/**
 * One step of Langevin dynamics with s = options.stepSize; it may be async.
 *
 * @param noise standard normal numbers, [n, d]
 * @returns z + (s²/2) ∂/∂z log p + s·noise, [n, d]
 */
export function langevinStep(
  generate: Net,
  z: tf.Tensor,
  images: tf.Tensor,
  options: { sigma: number; stepSize: number },
  noise: tf.Tensor,
): tf.Tensor | Promise<tf.Tensor> {
  // TODO: tf.grad gives the slope. Do not change or dispose of z, images and noise.
  return notYet('langevinStep', [z, images, noise], generate, options);
}

/**
 * options.steps Langevin steps from z0, each with noise of its own; it may be async.
 *
 * @param rng uniform on [0, 1), now and then exactly 0: all random numbers come from here
 * @returns [n, d]
 */
export function inferLatents(
  generate: Net,
  z0: tf.Tensor,
  images: tf.Tensor,
  options: { sigma: number; stepSize: number; steps: number },
  rng: () => number,
): tf.Tensor | Promise<tf.Tensor> {
  // TODO: make standard normal numbers of uniform ones (Box and Muller).
  return notYet('inferLatents', [z0, images], generate, options, rng);
}

/** Stands where your code will stand; delete it when the last function is written. */
function notYet(name: string, inputs: tf.Tensor[], ..._others: unknown[]): never {
  throw new Error(`${name} is still to be written (it was given ${inputs.map((x) => `[${x.shape}]`).join(', ')}).`);
}
