/**
 * @mistake H₂₂ is taken for 1.
 * @hint H counts up to a factor; divide by H₂₀x + H₂₁y + H₂₂ with all three entries.
 * @expect values-perspectiveTransform wrong-answer
 * @expect edge-perspectiveTransform wrong-answer
 * @expect gradient-reference-perspectiveTransform wrong-answer
 * @expect pair-green missing
 * @expect pair-blue missing
 * @expect losses missing
 * @expect same-seed missing
 * @expect options missing
 */
import * as tf from '@tensorflow/tfjs';

export function perspectiveTransform(image: tf.Tensor, H: tf.Tensor, xv: tf.Tensor, yv: tf.Tensor): tf.Tensor {
  const [h, w, c] = image.shape as [number, number, number];
  const m = tf.split(tf.reshape(H, [9]), 9);
  const [x, y] = [tf.reshape(xv, [-1]), tf.reshape(yv, [-1])];
  const row = (i: number) => tf.add(tf.add(tf.mul(m[i], x), tf.mul(m[i + 1], y)), m[i + 2]);
  const s = tf.add(tf.add(tf.mul(m[6], x), tf.mul(m[7], y)), 1);
  const px = tf.mul(tf.add(tf.div(row(0), s), 1), (w - 1) / 2);
  const py = tf.mul(tf.add(tf.div(row(3), s), 1), (h - 1) / 2);
  const pixels = tf.reshape(image, [h * w, c]);
  const left = tf.tensor1d(Array.from(px.dataSync(), (v) => Math.floor(v)));
  const top = tf.tensor1d(Array.from(py.dataSync(), (v) => Math.floor(v)));
  const fx = tf.sub(px, left);
  const fy = tf.sub(py, top);
  const neighbour = (dx: number, dy: number) => {
    const column = tf.add(left, dx);
    const line = tf.add(top, dy);
    const inside = tf.logicalAnd(
      tf.logicalAnd(tf.greaterEqual(column, 0), tf.lessEqual(column, w - 1)),
      tf.logicalAnd(tf.greaterEqual(line, 0), tf.lessEqual(line, h - 1)),
    );
    const at = tf.add(tf.mul(tf.clipByValue(line, 0, h - 1), w), tf.clipByValue(column, 0, w - 1));
    const weight = tf.mul(dx ? fx : tf.sub(1, fx), dy ? fy : tf.sub(1, fy));
    return tf.mul(tf.gather(pixels, tf.cast(at, 'int32') as tf.Tensor1D), tf.reshape(tf.mul(weight, tf.cast(inside, 'float32')), [-1, 1]));
  };
  const sum = tf.addN([neighbour(0, 0), neighbour(1, 0), neighbour(0, 1), neighbour(1, 1)]);
  return tf.reshape(sum, [h, w, c]);
}

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
  const first = draw(n, batchSize, rng);
  if (mode === 'joint') return tf.gather(data, first);
  const second = draw(n, batchSize, rng);
  const [left, right] = tf.split(data, [d / 2, d / 2], 1);
  return tf.concat([tf.gather(left, first), tf.gather(right, second)], 1);
}
