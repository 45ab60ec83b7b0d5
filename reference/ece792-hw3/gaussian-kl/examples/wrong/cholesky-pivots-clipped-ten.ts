/**
 * @mistake Small pivots are replaced by a larger number.
 * @hint Covariances may be nearly singular or in a large unit; their small pivots are meant.
 * @expect units wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

/** Lower triangular L with L Lᵀ = S. */
function cholesky(S: number[][]): number[][] {
  const L = S.map((row) => row.map(() => 0));
  for (let i = 0; i < S.length; i++) {
    for (let j = 0; j <= i; j++) {
      let s = S[i][j];
      for (let p = 0; p < j; p++) s -= L[i][p] * L[j][p];
      L[i][j] = i === j ? Math.sqrt(Math.max(s, 1e-10)) : s / L[j][j];
    }
  }
  return L;
}

/** L⁻¹ b */
function forward(L: number[][], b: number[]): number[] {
  const x: number[] = [];
  for (let i = 0; i < b.length; i++) {
    let s = b[i];
    for (let j = 0; j < i; j++) s -= L[i][j] * x[j];
    x.push(s / L[i][i]);
  }
  return x;
}

const column = (A: number[][], j: number): number[] => A.map((row) => row[j]);
const squared = (x: number[]): number => x.reduce((sum, v) => sum + v * v, 0);

export function gaussianKL(mu0: tf.Tensor, Sigma0: tf.Tensor, mu1: tf.Tensor, Sigma1: tf.Tensor): tf.Tensor {
  const L0 = cholesky(Sigma0.arraySync() as number[][]);
  const L1 = cholesky(Sigma1.arraySync() as number[][]);
  const d = tf.tidy(() => tf.sub(mu1, mu0).arraySync()) as number[];
  const k = d.length;
  const trace = L0.reduce((sum, _, j) => sum + squared(forward(L1, column(L0, j))), 0);
  const quad = squared(forward(L1, d));
  const logRatio = L0.reduce((sum, row, i) => sum + Math.log(L1[i][i] / row[i]), 0);
  return tf.scalar((trace + quad - k + 2 * logRatio) / 2);
}
