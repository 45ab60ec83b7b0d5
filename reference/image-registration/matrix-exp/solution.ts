/**
 * The exponential of a matrix, with its own backward rule.
 *
 * Forward: scaling and squaring, exp(C) = (exp(C / 2^s))^(2^s), with a Taylor polynomial for the small matrix.
 * Backward: the adjoint of the Fréchet derivative by Van Loan's block matrix.
 *
 * - C. Van Loan, Computing integrals involving the matrix exponential, IEEE Trans. Automat. Control 23(3), 1978.
 * - A. H. Al-Mohy, N. J. Higham, Computing the Fréchet derivative of the matrix exponential, with an application to
 *   condition number estimation, SIAM J. Matrix Anal. Appl. 30(4), 2009.
 * - M. S. Paterson, L. J. Stockmeyer, On the number of nonscalar multiplications necessary to evaluate polynomials,
 *   SIAM J. Comput. 2(1), 1973.
 */
import * as tf from '@tensorflow/tfjs';

/**
 * The number of halvings is fixed, so that nothing is read back from the device. 2^-6 brings every matrix of norm up
 * to 64 below 1, where the first omitted term is at most 1/20! = 4e-19; at norm 128 it is still 2^20/20! = 4e-13.
 */
const HALVINGS = 6;

/** The Taylor polynomial without its constant, Σ_{k=1}^{19} X^k / k!, is cut into blocks of five powers. */
const BLOCK = 5;
const BLOCKS = 4;

/** exp(C) for C [3,3], as [3,3]. Differentiable, by a rule of its own: `tf.grad` does not look inside. */
export function matrixExp(C: tf.Tensor): tf.Tensor {
  const withRule = tf.customGrad((...inputs) => {
    const [matrix, save] = inputs as [tf.Tensor, tf.GradSaveFunc];
    save([matrix]);
    return {
      value: exponential(matrix as tf.Tensor2D),
      gradFunc: (G, saved) => adjointDerivative(saved[0] as tf.Tensor2D, G as tf.Tensor2D),
    };
  });
  return withRule(C);
}

/**
 * L*(G) = ∫₀¹ exp(s Cᵀ) G exp((1−s) Cᵀ) ds for C, G [n,n]: the gradient of ⟨G, exp(C)⟩ with respect to C.
 * By Van Loan's theorem it is the upper right block of exp([[Cᵀ, G], [0, Cᵀ]]). The block depends linearly on G in
 * every step of the algorithm, so a large G costs no accuracy.
 */
function adjointDerivative(C: tf.Tensor2D, G: tf.Tensor2D): tf.Tensor2D {
  const n = C.shape[0];
  const Ct = tf.transpose(C);
  const above = tf.concat([Ct, G], 1);
  const below = tf.concat([tf.zeros<tf.Rank.R2>([n, n]), Ct], 1);
  const block = tf.concat([above, below], 0);
  return tf.slice(exponential(block), [0, n], [n, n]);
}

/**
 * exp(A) for A [n,n]. The squarings act on E = exp(X) − I, where exp(2X) − I = E (E + 2I): squaring exp(X) itself
 * would double the rounding error of the 1 on its diagonal every time.
 */
function exponential(A: tf.Tensor2D): tf.Tensor2D {
  const identity = tf.eye(A.shape[0]);
  const twice = tf.mul(identity, 2) as tf.Tensor2D;
  let E = taylorWithoutConstant(tf.mul(A, 2 ** -HALVINGS));
  for (let i = 0; i < HALVINGS; i++) E = tf.matMul(E, tf.add(E, twice));
  return tf.add(E, identity);
}

/**
 * Σ_{k=1}^{19} X^k / k! for X [n,n], after Paterson and Stockmeyer: with B_j = Σ_{i<5} X^i / (5j+i)! it is
 * B₀ + X⁵ (B₁ + X⁵ (B₂ + X⁵ B₃)), seven matrix products in place of eighteen. All B_j come from one product of the
 * coefficients [4,5] with the flattened powers [5,n²].
 */
function taylorWithoutConstant(X: tf.Tensor2D): tf.Tensor2D {
  const n = X.shape[0];
  const powers: tf.Tensor2D[] = [tf.eye(n), X];
  while (powers.length <= BLOCK) powers.push(tf.matMul(powers.at(-1)!, X));
  const step = powers.pop()!;

  const flattened = tf.reshape(tf.stack(powers), [BLOCK, n * n]) as tf.Tensor2D;
  const combined = tf.matMul(tf.tensor2d(coefficients()), flattened);
  const blocks = tf.unstack(tf.reshape(combined, [BLOCKS, n, n])) as tf.Tensor2D[];

  return blocks.reduceRight((rest, block) => tf.add(block, tf.matMul(step, rest)));
}

/** Row j holds 1/(5j)! … 1/(5j+4)!; the constant term 1/0! is left out. */
function coefficients(): number[][] {
  let reciprocal = 1;
  const all = Array.from({ length: BLOCK * BLOCKS }, (_, k) => {
    if (k > 0) reciprocal /= k;
    return k === 0 ? 0 : reciprocal;
  });
  return Array.from({ length: BLOCKS }, (_, j) => all.slice(BLOCK * j, BLOCK * (j + 1)));
}
