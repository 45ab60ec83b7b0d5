import type * as tf from '@tensorflow/tfjs';

/** Whatever your generator consists of, best a record of named tensors. It is handed back to your functions and never changed. */
type Params = Record<string, tf.Tensor>;

/** Initial weights, all drawn from rng (uniform on [0, 1), now and then exactly 0). It may be async, as all functions here. */
export function initGenerator(rng: () => number, options: { latentDim: number; imageSize: number }): Params {
  // TODO
  return notYet('initGenerator', rng, options);
}

/**
 * @param z latents, [n, d]
 * @returns pictures, [n, h, w, 3], with values in [0, 1]
 */
export function generate(params: Params, z: tf.Tensor): tf.Tensor {
  // TODO
  return notYet('generate', params, z);
}

/**
 * One plain step of gradient ascent on the mean over the batch of log p(I, z; θ).
 *
 * @param z [n, d]
 * @param images [n, h, w, 3]
 * @returns new params, and the mean of ‖I − g‖²/(2σ²) before the step
 */
export function learnStep(
  params: Params,
  z: tf.Tensor,
  images: tf.Tensor,
  options: { sigma: number; learningRate: number },
): { params: Params; loss: number } {
  // TODO: do not change the params that are handed in.
  return notYet('learnStep', params, z, images, options);
}

/**
 * @param images [n, h, w, 3], h = w
 * @returns the trained params, the latents [n, d] in the order of the pictures, and a loss for each iteration
 */
export function trainAbp(
  images: tf.Tensor,
  options: {
    latentDim: number;
    iterations: number;
    langevinSteps: number;
    stepSize: number;
    sigma: number;
    learningRate: number;
    start: 'warm' | 'cold';
    rng: () => number;
    onIteration?: (i: number, loss: number) => void;
  },
): { params: Params; z: tf.Tensor; losses: number[] } {
  // TODO: in every iteration Langevin steps for z, then a step for the weights.
  return notYet('trainAbp', images, options);
}

/** @returns pictures of latents from N(0, I), [count, h, w, 3] */
export function sampleImages(params: Params, count: number, rng: () => number): tf.Tensor {
  // TODO
  return notYet('sampleImages', params, count, rng);
}

/** @returns steps × steps pictures side by side, [steps·h, steps·w, 3] */
export function interpolationPanel(params: Params, range: number, steps: number): tf.Tensor {
  // TODO
  return notYet('interpolationPanel', params, range, steps);
}

/** Stands where your code will stand; delete it when the last function is written. */
function notYet(name: string, ...inputs: unknown[]): never {
  throw new Error(`${name} is still to be written (it was given ${inputs.length} arguments).`);
}
