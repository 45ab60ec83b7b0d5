/**
 * @about Cyclic Jacobi rotations on the Gram matrix of the pictures, in plain loops; tensors only at the border.
 */
import * as tf from '@tensorflow/tfjs';

function jacobi(a: number[][]): { values: number[]; vectors: number[][] } {
  const n = a.length;
  // vectors[i] is the i-th eigenvector (kept as rows, they are rotated like the rows of a)
  const vectors = a.map((_, i) => a.map((_, j) => (i === j ? 1 : 0)));
  let total = 0;
  for (const row of a) for (const x of row) total += x * x;
  for (let sweep = 0; sweep < 50; sweep++) {
    let off = 0;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) off += a[p][q] * a[p][q];
    if (off <= 1e-26 * total) break;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        if (a[p][q] === 0) continue;
        const theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
        const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        const s = t * c;
        const rowP = a[p];
        const rowQ = a[q];
        const vp = vectors[p];
        const vq = vectors[q];
        for (let k = 0; k < n; k++) {
          const x = rowP[k];
          const y = rowQ[k];
          rowP[k] = c * x - s * y;
          rowQ[k] = s * x + c * y;
          const u = vp[k];
          const v = vq[k];
          vp[k] = c * u - s * v;
          vq[k] = s * u + c * v;
        }
        for (let k = 0; k < n; k++) {
          const row = a[k];
          const x = row[p];
          const y = row[q];
          row[p] = c * x - s * y;
          row[q] = s * x + c * y;
        }
      }
    }
  }
  return { values: a.map((row, i) => row[i]), vectors };
}

export function pcaReconstruct(xn: tf.Tensor2D, xr: tf.Tensor2D, d: number): tf.Tensor2D {
  const test = xn.arraySync();
  const train = xr.arraySync();
  const n = train.length;
  const pixels = train[0].length;
  const mean: number[] = [];
  for (let k = 0; k < pixels; k++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += train[i][k];
    mean.push(sum / n);
  }
  const x = train.map((row) => row.map((value, k) => value - mean[k]));
  const gram = x.map((a) => x.map((b) => a.reduce((sum, value, k) => sum + value * b[k], 0)));
  const { values, vectors } = jacobi(gram);
  const order = values.map((_, i) => i).sort((i, j) => values[j] - values[i]);
  const largest = values[order[0]];
  const components: number[][] = [];
  for (const i of order.slice(0, d)) {
    if (values[i] <= 1e-10 * largest) break;
    const v = new Array<number>(pixels).fill(0);
    for (let j = 0; j < n; j++) {
      const weight = vectors[i][j];
      for (let k = 0; k < pixels; k++) v[k] += weight * x[j][k];
    }
    const length = Math.sqrt(v.reduce((sum, value) => sum + value * value, 0));
    components.push(v.map((value) => value / length));
  }
  const result = test.map((row) => {
    const out = mean.slice();
    for (const v of components) {
      let coefficient = 0;
      for (let k = 0; k < pixels; k++) coefficient += v[k] * (row[k] - mean[k]);
      for (let k = 0; k < pixels; k++) out[k] += coefficient * v[k];
    }
    return out;
  });
  return tf.tensor2d(result);
}
