import * as tf from '@tensorflow/tfjs';

/** Parameters of the critic for d columns and h hidden units (h = 100; d = 2 for grey pictures). */
export interface MineParams {
  w1: tf.Tensor /* [d,h] */;
  b1: tf.Tensor /* [h] */;
  w2: tf.Tensor /* [h,h] */;
  b2: tf.Tensor /* [h] */;
  w3: tf.Tensor /* [h,1] */;
  b3: tf.Tensor /* [1] */;
}

/** T(x): dense d→h, ELU, dense h→h, ELU, dense h→1. x [n,d] → [n,1]. */
export function mineCritic(params: MineParams, x: tf.Tensor): tf.Tensor {
  // TODO
  return tf.tidy(() => notYet('mineCritic', params.w1, x));
}

/** A batch of `batchSize` rows of data [N,2c], [batchSize,2c]; see the statement for the two modes. It may be async. */
export function sampleBatch(
  data: tf.Tensor,
  batchSize: number,
  mode: 'joint' | 'marginal',
  rng: () => number, // uniform on [0, 1); the only source of randomness
): tf.Tensor {
  // TODO: every row equally often, the first and the last as well.
  return tf.tidy(() => notYet(`sampleBatch (${mode}, ${batchSize} rows, rng ${typeof rng})`, data));
}

/** −(mean T(joint) − log mean e^T(marginal)), a scalar tensor. joint, marginal [n,d]. */
export function mineLoss(params: MineParams, joint: tf.Tensor, marginal: tf.Tensor): tf.Tensor {
  // TODO: T may be several hundred, and e^800 is infinite.
  return tf.tidy(() => notYet('mineLoss', params.w1, joint, marginal));
}

/** Stands where your code will stand; delete it when the last function is written. */
function notYet(name: string, ...inputs: tf.Tensor[]): never {
  throw new Error(
    `${name} is still to be written (it was given shapes ${inputs.map((x) => `[${x.shape}]`).join(', ')}).`,
  );
}
