/**
 * @mistake T is clipped before e^T.
 * @hint Clipping changes the loss; take the largest T out instead.
 * @expect extreme-mineLoss wrong-answer
 * @expect extreme-gradient-mineLoss wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

type Params = Record<'w1' | 'b1' | 'w2' | 'b2' | 'w3' | 'b3', tf.Tensor>;

export const mineCritic = (p: Params, x: tf.Tensor): tf.Tensor =>
  x.matMul(p.w1).add(p.b1).elu().matMul(p.w2).add(p.b2).elu().matMul(p.w3).add(p.b3);

// rows by sorting random keys
const draw = (n: number, count: number, rng: () => number): number[] =>
  Array.from({ length: n }, (_, row) => [rng(), row])
    .sort((a, b) => a[0] - b[0])
    .slice(0, count)
    .map(([, row]) => row);

export async function sampleBatch(data: tf.Tensor, batchSize: number, mode: string, rng: () => number) {
  const rows = (await data.array()) as number[][];
  const c = rows[0].length / 2;
  const first = draw(rows.length, batchSize, rng);
  const second = mode === 'joint' ? first : draw(rows.length, batchSize, rng);
  return tf.tensor2d(first.map((row, k) => [...rows[row].slice(0, c), ...rows[second[k]].slice(c)]));
}

export function mineLoss(p: Params, joint: tf.Tensor, marginal: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const t = mineCritic(p, marginal).clipByValue(-50, 50);
    const top = t.max();
    return t.sub(top).exp().mean().log().add(top).sub(mineCritic(p, joint).mean());
  });
}
