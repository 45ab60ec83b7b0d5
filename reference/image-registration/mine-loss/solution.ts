/**
 * The MINE bound: a critic network, batches of joint and product-of-marginals rows, and the loss.
 *
 * - M. I. Belghazi et al., Mutual information neural estimation, ICML 2018, equation 12 and algorithm 1.
 * - A. Nan et al., DRMIME: Differentiable mutual information and matrix exponential for multi-resolution image
 *   registration, MIDL 2020.
 * - D.-A. Clevert, T. Unterthiner, S. Hochreiter, Fast and accurate deep network learning by exponential linear units,
 *   ICLR 2016 (ELU with α = 1).
 * - R. Durstenfeld, Algorithm 235: random permutation, Comm. ACM 7(7), 1964.
 */
import * as tf from '@tensorflow/tfjs';

/** Parameters of the critic for d columns and h hidden units. */
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
  const { w1, b1, w2, b2, w3, b3 } = params;
  return tf.tidy(() => {
    const first = tf.elu(dense(x, w1, b1));
    const second = tf.elu(dense(first, w2, b2));
    return dense(second, w3, b3);
  });
}

function dense(x: tf.Tensor, weights: tf.Tensor, bias: tf.Tensor): tf.Tensor {
  return tf.add(tf.matMul(x as tf.Tensor2D, weights as tf.Tensor2D), bias);
}

/**
 * A batch of rows of data [N,2c]: [batchSize,2c]. 'joint' draws rows without replacement. 'marginal' draws the first c
 * columns from one such draw and the last c from another, independent one, which breaks the dependence of the halves.
 */
export function sampleBatch(
  data: tf.Tensor,
  batchSize: number,
  mode: 'joint' | 'marginal',
  rng: () => number,
): tf.Tensor {
  const [rows, columns] = data.shape as [number, number];
  return tf.tidy(() => {
    const first = draw(rows, batchSize, rng);
    if (mode === 'joint') return tf.gather(data, first);
    const second = draw(rows, batchSize, rng);
    const [left, right] = tf.split(data, [columns / 2, columns / 2], 1) as [tf.Tensor, tf.Tensor];
    return tf.concat([tf.gather(left, first), tf.gather(right, second)], 1);
  });
}

/** `count` of the numbers 0 … n − 1, none twice, in uniformly random order: the first steps of a Fisher–Yates shuffle. */
function draw(n: number, count: number, rng: () => number): tf.Tensor1D {
  const order = Array.from({ length: n }, (_, i) => i);
  for (let i = 0; i < count; i++) {
    const j = i + Math.floor(rng() * (n - i));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return tf.tensor1d(order.slice(0, count), 'int32');
}

/** −(mean T(joint) − log mean e^T(marginal)), a scalar. joint, marginal [n,d]. */
export function mineLoss(params: MineParams, joint: tf.Tensor, marginal: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const jointMean = tf.mean(mineCritic(params, joint));
    const outputs = mineCritic(params, marginal);
    // log mean e^T = log Σ e^T − log n: the largest output is taken out inside logSumExp, so nothing overflows.
    const logMean = tf.sub(tf.logSumExp(outputs), Math.log(outputs.size));
    return tf.sub(logMean, jointMean);
  });
}
