/**
 * @mistake Where Σ₁ is diagonal, only the diagonal of Σ₀ is used; but Σ₀ may be a full matrix there.
 * @hint The short formula for diagonals needs both matrices to be diagonal; det Σ₀ takes the whole of Σ₀.
 * @expect values wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

function invert(A: number[][]): { inverse: number[][]; logDet: number } {
  const k = A.length;
  const M = A.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  let logDet = 0;
  for (let c = 0; c < k; c++) {
    const pivot = M[c][c];
    logDet += Math.log(pivot);
    for (let j = 0; j < 2 * k; j++) M[c][j] /= pivot;
    for (let r = 0; r < k; r++) {
      if (r === c) continue;
      const f = M[r][c];
      for (let j = 0; j < 2 * k; j++) M[r][j] -= f * M[c][j];
    }
  }
  return { inverse: M.map((row) => row.slice(k)), logDet };
}

const isDiagonal = (S: number[][]): boolean => S.every((row, i) => row.every((x, j) => i === j || x === 0));

export function gaussianKL(mu0: tf.Tensor, Sigma0: tf.Tensor, mu1: tf.Tensor, Sigma1: tf.Tensor): number {
  const S0 = Sigma0.arraySync() as number[][];
  const S1 = Sigma1.arraySync() as number[][];
  const a = mu0.arraySync() as number[];
  const b = mu1.arraySync() as number[];
  const k = a.length;
  if (isDiagonal(S1)) {
    let sum = 0;
    for (let i = 0; i < k; i++) sum += (S0[i][i] + (b[i] - a[i]) ** 2) / S1[i][i] - 1 + Math.log(S1[i][i] / S0[i][i]);
    return sum / 2;
  }
  const { inverse: P, logDet: logDet1 } = invert(S1);
  const { logDet: logDet0 } = invert(S0);
  let trace = 0;
  let quad = 0;
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < k; j++) {
      trace += P[i][j] * S0[j][i];
      quad += (b[i] - a[i]) * P[i][j] * (b[j] - a[j]);
    }
  }
  return 0.5 * (trace + quad - k + logDet1 - logDet0);
}
