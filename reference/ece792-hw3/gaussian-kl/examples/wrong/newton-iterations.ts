/**
 * @mistake The inverse is approached by twenty Newton steps, too few for nearly singular matrices.
 * @hint Go on until nothing changes, or eliminate.
 * @expect equal wrong-answer
 * @expect near-singular wrong-answer
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

/** X ← X (2 − A X), which converges quadratically once it is near. */
function newton(A: number[][]): number[][] {
  return tf.tidy(() => {
    const a = tf.tensor2d(A);
    const norm = tf.max(tf.sum(tf.abs(a), 0));
    let x: tf.Tensor2D = tf.div(tf.eye(A.length), norm);
    for (let i = 0; i < 20; i++) x = tf.matMul(x, tf.sub(tf.mul(2, tf.eye(A.length)), tf.matMul(a, x)) as tf.Tensor2D);
    return x.arraySync();
  });
}

export function gaussianKL(mu0: tf.Tensor, Sigma0: tf.Tensor, mu1: tf.Tensor, Sigma1: tf.Tensor): number {
  const S0 = Sigma0.arraySync() as number[][];
  const S1 = Sigma1.arraySync() as number[][];
  const a = mu0.arraySync() as number[];
  const b = mu1.arraySync() as number[];
  const k = a.length;
  const { logDet: logDet1 } = invert(S1);
  const P = newton(S1);
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
