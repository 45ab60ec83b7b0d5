/**
 * The Kullback–Leibler divergence of two Gaussians in k dimensions.
 *
 * With Σ = L Lᵀ (Cholesky) nothing has to be inverted, and no determinant appears that could overflow:
 * tr(Σ₁⁻¹Σ₀) = ‖L₁⁻¹L₀‖², dᵀΣ₁⁻¹d = ‖L₁⁻¹d‖², log(det Σ₁ / det Σ₀) = 2 Σᵢ log(L₁ᵢᵢ / L₀ᵢᵢ).
 *
 * - T. M. Cover, J. A. Thomas, Elements of Information Theory, 2nd ed. 2006, chapter 8 (differential entropy and divergence).
 * - G. H. Golub, C. F. Van Loan, Matrix Computations, 4th ed. 2013, section 4.2 (Cholesky, stable without pivots).
 */
import * as tf from '@tensorflow/tfjs';

/** KL(N(μ₀, Σ₀) ‖ N(μ₁, Σ₁)) in nats, a scalar. mu0, mu1 [k]; Sigma0, Sigma1 [k,k], symmetric and positive definite. */
export async function gaussianKL(
  mu0: tf.Tensor,
  Sigma0: tf.Tensor,
  mu1: tf.Tensor,
  Sigma1: tf.Tensor,
): Promise<tf.Scalar> {
  const [m0, S0, m1, S1] = await Promise.all([mu0.data(), Sigma0.data(), mu1.data(), Sigma1.data()]);
  const k = mu0.size;
  const L0 = cholesky(S0, k);
  const L1 = cholesky(S1, k);
  // Rows of L₀ and, as its last column, μ₁ − μ₀: what L₁⁻¹ is applied to.
  const columns: number[][] = Array.from({ length: k }, (_, j) => L0.map((row) => row[j] ?? 0));
  columns.push(Array.from(m1, (m, i) => m - m0[i]!));
  let total = -k;
  for (const column of columns) for (const x of forwardSubstitution(L1, column)) total += x * x;
  for (let i = 0; i < k; i++) total += 2 * Math.log(L1[i]![i]! / L0[i]![i]!);
  return tf.scalar(total / 2);
}

/** Rows of the lower triangular L with L Lᵀ = S. */
function cholesky(S: ArrayLike<number>, k: number): number[][] {
  const L: number[][] = [];
  for (let i = 0; i < k; i++) {
    const row: number[] = [];
    for (let j = 0; j <= i; j++) {
      let sum = S[i * k + j]!;
      for (let p = 0; p < j; p++) sum -= row[p]! * (L[j] ?? row)[p]!;
      row.push(j === i ? Math.sqrt(sum) : sum / L[j]![j]!);
    }
    L.push(row);
  }
  return L;
}

/** L⁻¹ b */
function forwardSubstitution(L: number[][], b: number[]): number[] {
  const x: number[] = [];
  for (const [i, row] of L.entries()) {
    let sum = b[i]!;
    for (let j = 0; j < i; j++) sum -= row[j]! * x[j]!;
    x.push(sum / row[i]!);
  }
  return x;
}
