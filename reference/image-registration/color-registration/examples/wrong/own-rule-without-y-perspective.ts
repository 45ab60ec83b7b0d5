/**
 * @mistake The third row of ∂/∂H holds the part of x only; that of y is missing.
 * @hint Both x and y are divided by H₂₀x + H₂₁y + H₂₂, so the derivative by it has a part from each.
 * @expect gradient-own-perspectiveTransform wrong-answer
 * @expect gradient-reference-perspectiveTransform wrong-answer
 * @expect pair-green missing
 * @expect pair-blue missing
 * @expect losses missing
 * @expect same-seed missing
 * @expect options missing
 */
import * as tf from '@tensorflow/tfjs';

const divide = tf.customGrad((u: any, s: any, save: any) => {
  save([s]);
  return { value: u.div(s) as tf.Tensor, gradFunc: (dy: tf.Tensor, [z]: tf.Tensor[]) => [dy.div(z), tf.zerosLike(z)] };
}) as (u: tf.Tensor, s: tf.Tensor) => tf.Tensor;

const hat = (position: tf.Tensor, n: number): tf.Tensor =>
  tf.relu(tf.sub(1, tf.abs(tf.sub(position.reshape([-1, 1]), tf.range(0, n).reshape([1, n])))));

export function perspectiveTransform(image: tf.Tensor, H: tf.Tensor, xv: tf.Tensor, yv: tf.Tensor): tf.Tensor {
  const [h, w, c] = image.shape as [number, number, number];
  const grid = tf.stack([xv.flatten(), yv.flatten(), tf.ones([xv.size])]);
  const [X, Y, Z] = tf.unstack(H.matMul(grid));
  const x = X.div(Z);
  const y = divide(Y, Z);
  const across = hat(x.add(1).mul((w - 1) / 2), w);
  const down = hat(y.add(1).mul((h - 1) / 2), h);
  const weights = down.expandDims(2).mul(across.expandDims(1)).reshape([-1, h * w]);
  return weights.matMul(image.reshape([h * w, c])).reshape([h, w, c]);
}

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
