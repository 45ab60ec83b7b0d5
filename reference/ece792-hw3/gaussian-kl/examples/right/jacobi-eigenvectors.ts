/**
 * @about Eigenvectors of both covariances by cyclic Jacobi rotations: everything is a sum over the axes of N₁.
 */
import * as tf from '@tensorflow/tfjs';

/** Eigenvalues, and unit eigenvectors as columns. */
function jacobi(matrix: number[][]): { values: number[]; vectors: number[][] } {
  const n = matrix.length;
  const A = matrix.map((row) => row.slice());
  const V = A.map((row, i) => row.map((_, j) => Number(i === j)));
  for (let sweep = 0; sweep < 100; sweep++) {
    let rotated = false;
    for (let p = 0; p < n - 1; p++) {
      for (let q = p + 1; q < n; q++) {
        if (Math.abs(A[p][q]) <= 1e-17 * Math.sqrt(Math.abs(A[p][p] * A[q][q]))) continue;
        rotated = true;
        const theta = (A[q][q] - A[p][p]) / (2 * A[p][q]);
        const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        const s = t * c;
        for (let i = 0; i < n; i++) {
          const [x, y] = [A[i][p], A[i][q]];
          A[i][p] = c * x - s * y;
          A[i][q] = s * x + c * y;
        }
        for (let i = 0; i < n; i++) {
          const [x, y] = [A[p][i], A[q][i]];
          A[p][i] = c * x - s * y;
          A[q][i] = s * x + c * y;
          const [v, w] = [V[i][p], V[i][q]];
          V[i][p] = c * v - s * w;
          V[i][q] = s * v + c * w;
        }
      }
    }
    if (!rotated) break;
  }
  return { values: A.map((row, i) => row[i]), vectors: V };
}

export async function gaussianKL(mu0: tf.Tensor, Sigma0: tf.Tensor, mu1: tf.Tensor, Sigma1: tf.Tensor) {
  const [m0, S0, m1, S1] = (await Promise.all([mu0.array(), Sigma0.array(), mu1.array(), Sigma1.array()])) as [
    number[],
    number[][],
    number[],
    number[][],
  ];
  const k = m0.length;
  const one = jacobi(S1);
  const zero = jacobi(S0);
  let sum = 0;
  for (let axis = 0; axis < k; axis++) {
    const v = one.vectors.map((row) => row[axis]);
    let spread = 0;
    let shift = 0;
    for (let i = 0; i < k; i++) {
      shift += v[i] * (m1[i] - m0[i]);
      for (let j = 0; j < k; j++) spread += v[i] * S0[i][j] * v[j];
    }
    sum += (spread + shift * shift) / one.values[axis] - 1;
    sum += Math.log(one.values[axis]) - Math.log(zero.values[axis]);
  }
  return tf.scalar(sum / 2);
}
