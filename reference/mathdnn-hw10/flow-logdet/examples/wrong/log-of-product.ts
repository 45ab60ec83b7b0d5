/**
 * @mistake log|Π sᵢ|: the product overflows or vanishes where s is large or small.
 * @hint Add logarithms; do not take the logarithm of a product.
 * @expect extreme-logDetPLU wrong-answer
 * @expect extreme-logDetConv1x1 wrong-answer
 * @expect extreme-logDetCouplingConv1x1 wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function logDetPLU(P: tf.Tensor, L: tf.Tensor, U: tf.Tensor, s: tf.Tensor): tf.Tensor {
  return tf.log(tf.abs(tf.prod(s)));
}

export function logDetConv1x1(s: tf.Tensor, m: number, n: number): tf.Tensor {
  return tf.mul(m * n, tf.log(tf.abs(tf.prod(s))));
}

export function logDetCouplingConv1x1(s: tf.Tensor, m: number, n: number): tf.Tensor {
  return tf.mul(m * n, tf.log(tf.abs(tf.prod(s))));
}
