/**
 * @about Chained tensor methods; rows by sorting random keys; an async sampleBatch; the largest output taken out by hand.
 */
import * as tf from '@tensorflow/tfjs';

type Params = { [name: string]: tf.Tensor };

export function mineCritic(p: Params, x: tf.Tensor): tf.Tensor {
  return x.matMul(p.w1).add(p.b1).elu().matMul(p.w2).add(p.b2).elu().matMul(p.w3).add(p.b3);
}

const pick = (n: number, k: number, rng: () => number) =>
  Array.from({ length: n }, (_, row) => ({ row, key: rng() }))
    .sort((a, b) => a.key - b.key)
    .slice(0, k)
    .map(({ row }) => row);

export async function sampleBatch(data: tf.Tensor, batchSize: number, mode: string, rng: () => number) {
  const [n, d] = data.shape;
  const rows = tf.tensor1d(pick(n, batchSize, rng), 'int32');
  if (mode === 'joint') return data.gather(rows);
  const others = tf.tensor1d(pick(n, batchSize, rng), 'int32');
  await tf.nextFrame();
  return tf.concat([data.slice([0, 0], [n, d / 2]).gather(rows), data.slice([0, d / 2], [n, d / 2]).gather(others)], 1);
}

export function mineLoss(p: Params, joint: tf.Tensor, marginal: tf.Tensor): tf.Tensor {
  const t = mineCritic(p, marginal);
  const top = t.max().dataSync()[0];
  const logMean = t.sub(top).exp().mean().log().add(top);
  return mineCritic(p, joint).mean().sub(logMean).neg();
}
