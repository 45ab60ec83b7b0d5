import * as tf from '@tensorflow/tfjs';

/**
 * image [h,w,c] sampled bilinearly at H·(x, y, 1) for every point of the grid xv, yv [h,w]: [h,w,c]. Corner pixels lie at
 * ±1, and everything outside is zero.
 */
export function perspectiveTransform(image: tf.Tensor, H: tf.Tensor, xv: tf.Tensor, yv: tf.Tensor): tf.Tensor {
  // TODO: differentiable in image and H; indices have to be taken off the tape.
  return tf.tidy(() => notYet('perspectiveTransform', image, H, xv, yv));
}

/** Parameters of the critic for six columns and h hidden units. */
export interface MineParams {
  w1: tf.Tensor /* [6,h] */;
  b1: tf.Tensor /* [h] */;
  w2: tf.Tensor /* [h,h] */;
  b2: tf.Tensor /* [h] */;
  w3: tf.Tensor /* [h,1] */;
  b3: tf.Tensor /* [1] */;
}

/** T(x): dense 6→h, ELU, dense h→h, ELU, dense h→1. x [n,6] → [n,1]. */
export function mineCritic(params: MineParams, x: tf.Tensor): tf.Tensor {
  // TODO
  return tf.tidy(() => notYet('mineCritic', params.w1, x));
}

/** A batch of `batchSize` rows of data [N,6], [batchSize,6]; in marginal mode the channels of a pixel stay together. It may be async. */
export function sampleBatch(
  data: tf.Tensor,
  batchSize: number,
  mode: 'joint' | 'marginal',
  rng: () => number, // uniform on [0, 1); the only source of randomness
): tf.Tensor {
  // TODO: every row equally often, the first and the last as well.
  return tf.tidy(() => notYet(`sampleBatch (${mode}, ${batchSize} rows, rng ${typeof rng})`, data));
}

export interface RegisterOptions {
  /** How many steps are taken. */
  iterations: number;
  batchSize: number;
  /** At the beginning; let it fall towards the end. */
  learningRate: number;
  /** Uniform on [0, 1); the only source of random numbers. */
  rng: () => number;
  /** Called once an iteration, where it is given. */
  onIteration?: (i: number, loss: number) => void;
}

/**
 * The homography H [3,3] that takes the normalised coordinates (x, y, 1) of `fixed` to those of `moving` (both [h,w,3], in
 * [0, 1]), and the loss of every iteration. It may use the functions above, and may also be async.
 */
export function register(
  fixed: tf.Tensor,
  moving: tf.Tensor,
  options: RegisterOptions,
): { H: tf.Tensor; losses: number[] } {
  // TODO: options.iterations steps on the eight coordinates of H and on the critic.
  return notYet(`register (${options.iterations} iterations)`, fixed, moving);
}

/** Stands where your code will stand; delete it when the last function is written. */
function notYet(name: string, ...inputs: tf.Tensor[]): never {
  throw new Error(
    `${name} is still to be written (it was given shapes ${inputs.map((x) => `[${x.shape}]`).join(', ')}).`,
  );
}
