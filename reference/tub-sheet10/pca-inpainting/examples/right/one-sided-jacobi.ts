/**
 * @about Singular value decomposition of the centred pictures themselves by Hestenes' one-sided rotations; no covariance is formed, and the result is a nested array.
 */
import type * as tf from '@tensorflow/tfjs';

export async function pcaReconstruct(xn: tf.Tensor, xr: tf.Tensor, d: number): Promise<number[][]> {
  const test = (await xn.array()) as number[][];
  const rows = (await xr.array()) as number[][];
  const count = rows.length;
  const mean = rows[0].map((_, k) => rows.reduce((sum, row) => sum + row[k], 0) / count);
  for (const row of rows) for (let k = 0; k < row.length; k++) row[k] -= mean[k];

  // Turn pairs of rows until all are orthogonal: then every row is a singular value times a right singular vector.
  let squares = rows.map((row) => inner(row, row));
  const floor = 1e-24 * squares.reduce((sum, s) => sum + s, 0);
  for (let sweep = 0; sweep < 40; sweep++) {
    let turned = 0;
    for (let p = 0; p < count; p++) {
      for (let q = p + 1; q < count; q++) {
        const a = rows[p];
        const b = rows[q];
        const overlap = inner(a, b);
        if (Math.abs(overlap) <= 1e-12 * Math.sqrt(squares[p] * squares[q]) || Math.abs(overlap) <= floor) continue;
        turned++;
        const zeta = (squares[q] - squares[p]) / (2 * overlap);
        const t = Math.sign(zeta || 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
        const c = 1 / Math.hypot(1, t);
        const s = c * t;
        for (let k = 0; k < a.length; k++) {
          const x = a[k];
          a[k] = c * x - s * b[k];
          b[k] = s * x + c * b[k];
        }
        squares[p] -= t * overlap;
        squares[q] += t * overlap;
      }
    }
    squares = rows.map((row) => inner(row, row));
    if (turned === 0) break;
  }

  const order = squares.map((_, i) => i).sort((i, j) => squares[j] - squares[i]);
  const axes = order
    .slice(0, d)
    .filter((i) => squares[i] > 1e-12 * squares[order[0]])
    .map((i) => rows[i].map((value) => value / Math.sqrt(squares[i])));
  return test.map((picture) => {
    const centred = picture.map((value, k) => value - mean[k]);
    const result = [...mean];
    for (const axis of axes) {
      const weight = inner(axis, centred);
      for (let k = 0; k < result.length; k++) result[k] += weight * axis[k];
    }
    return result;
  });
}

function inner(a: number[], b: number[]): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}
