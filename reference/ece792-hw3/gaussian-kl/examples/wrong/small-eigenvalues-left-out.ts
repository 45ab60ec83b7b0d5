/**
 * @mistake Small eigenvalues are left out, as for a pseudo-inverse; then their directions count in no term, and Σ is not singular.
 * @hint Covariances may be nearly singular; their small eigenvalues are meant, so keep all of them.
 * @expect equal wrong-answer
 * @expect near-singular wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

/** Eigenvalues, and eigenvectors as columns, by Jacobi rotations. */
function eigen(S: number[][]): { values: number[]; vectors: number[][] } {
  const k = S.length;
  const A = S.map((row) => [...row]);
  const V = S.map((row, i) => row.map((_, j) => (i === j ? 1 : 0)));
  for (let sweep = 0; sweep < 40; sweep++) {
    for (let p = 0; p < k; p++) {
      for (let q = p + 1; q < k; q++) {
        if (A[p][q] === 0) continue;
        const theta = (A[q][q] - A[p][p]) / (2 * A[p][q]);
        const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.hypot(theta, 1));
        const c = 1 / Math.hypot(t, 1);
        const turn = (x: number[], i: number, j: number): void => {
          [x[i], x[j]] = [c * (x[i] - t * x[j]), c * (x[j] + t * x[i])];
        };
        for (const row of A) turn(row, p, q);
        [A[p], A[q]] = [A[p].map((x, i) => c * (x - t * A[q][i])), A[q].map((x, i) => c * (x + t * A[p][i]))];
        for (const row of V) turn(row, p, q);
      }
    }
  }
  return { values: A.map((row, i) => row[i]), vectors: V };
}

export function gaussianKL(mu0: tf.Tensor, Sigma0: tf.Tensor, mu1: tf.Tensor, Sigma1: tf.Tensor): number {
  const S0 = Sigma0.arraySync() as number[][];
  const [a, b] = [mu0.arraySync() as number[], mu1.arraySync() as number[]];
  const [first, second] = [eigen(S0), eigen(Sigma1.arraySync() as number[][])];
  const counts = (values: number[]) => (x: number) => x > 1e-5 * Math.max(...values);
  const logDet = (values: number[]) => values.filter(counts(values)).reduce((sum, x) => sum + Math.log(x), 0);
  let spread = 0;
  second.values.forEach((value, e) => {
    if (!counts(second.values)(value)) return;
    const v = second.vectors.map((row) => row[e]);
    const along = v.reduce((sum, x, i) => sum + x * (b[i] - a[i]), 0);
    spread += along ** 2 / value;
    v.forEach((x, i) => v.forEach((y, j) => { spread += (x * S0[i][j] * y) / value; }));
  });
  return 0.5 * (spread - a.length + logDet(second.values) - logDet(first.values));
}
