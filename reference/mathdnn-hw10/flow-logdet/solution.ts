/**
 * Log-determinants of invertible 1×1 convolutions whose kernel is kept as A = P L (U + diag s).
 *
 * P is a permutation (det ±1), L unit lower triangular (det 1), U + diag s upper triangular with diagonal s, so
 * log|det A| = Σ log|sᵢ| (D. P. Kingma, P. Dhariwal, Glow: generative flow with invertible 1×1 convolutions, NeurIPS 2018,
 * section 3.2). A 1×1 convolution applies A at each of the m·n pixels by itself: whatever the order in which pixels and
 * channels are written down, its Jacobian is similar, by a permutation, to a block-diagonal one of m·n blocks A. Where one half
 * of the channels passes unchanged, those add blocks of determinant 1.
 */
import * as tf from '@tensorflow/tfjs';

/** log|det P L (U + diag s)|, a scalar. P, L, U [C,C], s [C] with no entry 0. */
export function logDetPLU(_P: tf.Tensor, _L: tf.Tensor, _U: tf.Tensor, s: tf.Tensor): tf.Tensor {
  return sumOfLogs(s);
}

/** log|det| of the Jacobian of the 1×1 convolution with kernel A on a picture of m × n pixels with C channels, a scalar. */
export function logDetConv1x1(s: tf.Tensor, m: number, n: number): tf.Tensor {
  return tf.tidy(() => tf.mul(m * n, sumOfLogs(s)));
}

/** The same for 2C channels of which the first C pass unchanged and the second C through A, a scalar. */
export function logDetCouplingConv1x1(s: tf.Tensor, m: number, n: number): tf.Tensor {
  return logDetConv1x1(s, m, n);
}

/** Σ log|sᵢ|: the sum of the logarithms, because the product may be too large or too small for a number. */
function sumOfLogs(s: tf.Tensor): tf.Tensor {
  return tf.tidy(() => tf.sum(tf.log(tf.abs(s))));
}
