import * as tf from '@tensorflow/tfjs';
import { dot, orthogonaliseRows } from './lib/jacobi';

export async function pcaReconstruct(xn: tf.Tensor, xr: tf.Tensor, d: number) {
  const [n, pixels] = xn.shape as [number, number];
  const train = (await xr.array()) as number[][];
  const mean = new Float64Array(pixels);
  for (const row of train) row.forEach((value, k) => (mean[k] += value / train.length));

  const rows = train.map((row) => Float64Array.from(row, (value, k) => value - mean[k]));
  orthogonaliseRows(rows);
  const squares = rows.map((row) => dot(row, row));
  const largest = Math.max(...squares);
  const axes = squares
    .map((square, i) => ({ square, i }))
    .sort((a, b) => b.square - a.square)
    .slice(0, d)
    .filter(({ square }) => square > 1e-11 * largest)
    .map(({ square, i }) => rows[i].map((value) => value / Math.sqrt(square)));

  const test = (await xn.array()) as number[][];
  const out = test.map((row) => {
    const centred = Float64Array.from(row, (value, k) => value - mean[k]);
    const result = mean.slice();
    for (const axis of axes) {
      const weight = dot(axis, centred);
      for (let k = 0; k < pixels; k++) result[k] += weight * axis[k];
    }
    return Array.from(result);
  });
  return tf.tensor2d(out, [n, pixels]);
}
