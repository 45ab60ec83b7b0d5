/**
 * @about With the eigenvalues λ of L₁⁻¹Σ₀L₁⁻ᵀ the divergence is ½ Σ (λ − 1 − log λ) + ½ ‖L₁⁻¹d‖²; they come from the singular values of L₁⁻¹L₀ (one-sided Jacobi).
 */
import * as tf from '@tensorflow/tfjs';

const chol = (S: number[][]): number[][] => {
  const L: number[][] = S.map(() => []);
  S.forEach((row, i) => {
    for (let j = 0; j <= i; j++) {
      const rest = row[j] - L[i].slice(0, j).reduce((t, x, p) => t + x * L[j][p], 0);
      L[i][j] = i === j ? Math.sqrt(rest) : rest / L[j][j];
    }
  });
  return L;
};

const forward = (L: number[][], b: number[]): number[] =>
  L.reduce<number[]>((x, row, i) => [...x, (b[i] - x.reduce((t, v, j) => t + row[j] * v, 0)) / row[i]], []);

/** Squared singular values of the matrix with these columns: rotations until all columns are orthogonal (Hestenes). */
function squaredSingularValues(columns: number[][]): number[] {
  const dot = (a: number[], b: number[]) => a.reduce((t, x, i) => t + x * b[i], 0);
  for (let sweep = 0; sweep < 60; sweep++) {
    let worst = 0;
    for (let p = 0; p < columns.length; p++) {
      for (let q = p + 1; q < columns.length; q++) {
        const [a, b] = [columns[p], columns[q]];
        const [aa, bb, ab] = [dot(a, a), dot(b, b), dot(a, b)];
        const cosine = Math.abs(ab) / Math.sqrt(aa * bb);
        worst = Math.max(worst, cosine);
        if (!(cosine > 1e-15)) continue;
        const zeta = (bb - aa) / (2 * ab);
        const t = Math.sign(zeta || 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
        const c = 1 / Math.hypot(1, t);
        columns[p] = a.map((x, i) => c * (x - t * b[i]));
        columns[q] = b.map((x, i) => c * (x + t * a[i]));
      }
    }
    if (worst <= 1e-15) break;
  }
  return columns.map((column) => dot(column, column));
}

export function gaussianKL(mu0: tf.Tensor1D, Sigma0: tf.Tensor2D, mu1: tf.Tensor1D, Sigma1: tf.Tensor2D): tf.Scalar {
  const L0 = chol(Sigma0.arraySync());
  const L1 = chol(Sigma1.arraySync());
  const k = L0.length;
  const columns = L0.map((_, j) => forward(L1, Array.from({ length: k }, (_, i) => L0[i][j] ?? 0)));
  const d = forward(L1, mu1.sub(mu0).arraySync() as number[]);
  const lambdas = squaredSingularValues(columns);
  const spread = lambdas.reduce((t, lambda) => t + (lambda - 1 - Math.log(lambda)), 0);
  return tf.scalar(0.5 * (spread + d.reduce((t, x) => t + x * x, 0)));
}
