/**
 * @mistake log of |Π sᵢ|^(m·n): the power overflows or vanishes.
 * @hint Add logarithms in place of multiplying numbers.
 * @expect extreme-logDetConv1x1 wrong-answer
 * @expect extreme-logDetCouplingConv1x1 wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function logDetPLU(P: tf.Tensor, L: tf.Tensor, U: tf.Tensor, s: tf.Tensor): tf.Tensor {
  return tf.sum(tf.log(tf.abs(s)));
}

export function logDetConv1x1(s: tf.Tensor, m: number, n: number): tf.Tensor {
  return tf.log(tf.pow(tf.abs(tf.prod(s)), m * n));
}

export function logDetCouplingConv1x1(s: tf.Tensor, m: number, n: number): tf.Tensor {
  return tf.log(tf.pow(tf.abs(tf.prod(s)), m * n));
}
