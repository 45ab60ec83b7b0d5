/**
 * @mistake A random number of exactly 0 gives the row −1.
 * @hint rng is uniform on [0, 1): use Math.floor(rng() * n).
 * @expect batches-joint runtime-error
 * @expect batches-marginal runtime-error
 */
import * as tf from '@tensorflow/tfjs';

export function mineCritic(params: any, x: tf.Tensor): tf.Tensor {
  const h1 = tf.elu(tf.add(tf.matMul(x as any, params.w1), params.b1));
  const h2 = tf.elu(tf.add(tf.matMul(h1 as any, params.w2), params.b2));
  return tf.add(tf.matMul(h2 as any, params.w3), params.b3);
}

function draw(n: number, count: number, rng: () => number): number[] {
  const rows = new Set<number>();
  while (rows.size < count) rows.add(Math.ceil(rng() * n) - 1);
  return [...rows];
}

export async function sampleBatch(data: tf.Tensor, batchSize: number, mode: 'joint' | 'marginal', rng: () => number) {
  const rows = (await data.array()) as number[][];
  const c = rows[0].length / 2;
  const first = draw(rows.length, batchSize, rng);
  const second = mode === 'joint' ? first : draw(rows.length, batchSize, rng);
  return tf.tensor2d(first.map((row, k) => [...rows[row].slice(0, c), ...rows[second[k]].slice(c)]));
}

export function mineLoss(params: any, joint: tf.Tensor, marginal: tf.Tensor): tf.Tensor {
  const t = mineCritic(params, marginal);
  const logMean = tf.sub(tf.logSumExp(t), Math.log(t.size));
  return tf.neg(tf.sub(tf.mean(mineCritic(params, joint)), logMean));
}
