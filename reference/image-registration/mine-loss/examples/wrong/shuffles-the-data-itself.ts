/**
 * @mistake sampleBatch shuffles the data of the caller in place.
 * @hint dataSync may be the memory of the tensor itself: copy it first.
 * @expect purity wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function mineCritic(params: any, x: tf.Tensor): tf.Tensor {
  const h1 = tf.elu(tf.add(tf.matMul(x as any, params.w1), params.b1));
  const h2 = tf.elu(tf.add(tf.matMul(h1 as any, params.w2), params.b2));
  return tf.add(tf.matMul(h2 as any, params.w3), params.b3);
}

function draw(n: number, count: number, rng: () => number): number[] {
  const order = Array.from({ length: n }, (_, i) => i);
  for (let i = 0; i < count; i++) {
    const j = i + Math.floor(rng() * (n - i));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order.slice(0, count);
}

export function sampleBatch(data: tf.Tensor, batchSize: number, mode: 'joint' | 'marginal', rng: () => number): tf.Tensor {
  const [n, d] = data.shape as [number, number];
  const values = data.dataSync();
  const take = (): tf.Tensor => {
    const copy = values.slice();
    draw(n, n, rng).forEach((row, k) => values.set(copy.subarray(row * d, (row + 1) * d), k * d));
    return tf.tensor(Array.from(values.subarray(0, batchSize * d)), [batchSize, d]);
  };
  const first = take();
  if (mode === 'joint') return first;
  return tf.concat([tf.slice(first, [0, 0], [batchSize, d / 2]), tf.slice(take(), [0, d / 2], [batchSize, d / 2])], 1);
}

export function mineLoss(params: any, joint: tf.Tensor, marginal: tf.Tensor): tf.Tensor {
  const t = mineCritic(params, marginal);
  const logMean = tf.sub(tf.logSumExp(t), Math.log(t.size));
  return tf.neg(tf.sub(tf.mean(mineCritic(params, joint)), logMean));
}
