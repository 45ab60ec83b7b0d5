import * as tf from '@tensorflow/tfjs';

/** Standard normal numbers by the polar method. */
export function normals(rng: () => number, shape: [number, number]): tf.Tensor {
  const values: number[] = [];
  while (values.length < shape[0] * shape[1]) {
    const [u, v] = [2 * rng() - 1, 2 * rng() - 1];
    const s = u * u + v * v;
    if (s === 0 || s >= 1) continue;
    const factor = Math.sqrt((-2 * Math.log(s)) / s);
    values.push(u * factor, v * factor);
  }
  return tf.tensor2d(values.slice(0, shape[0] * shape[1]), shape);
}
