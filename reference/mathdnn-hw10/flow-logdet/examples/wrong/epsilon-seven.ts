/**
 * @mistake A small constant is added to |sᵢ| inside the logarithm; it shifts the result, most where sᵢ is small itself.
 * @hint s has no zeros; nothing is to be added.
 * @expect values-logDetPLU wrong-answer
 * @expect extreme-logDetPLU wrong-answer
 * @expect jacobian-logDetPLU wrong-answer
 * @expect values-logDetConv1x1 wrong-answer
 * @expect extreme-logDetConv1x1 wrong-answer
 * @expect jacobian-logDetConv1x1 wrong-answer
 * @expect values-logDetCouplingConv1x1 wrong-answer
 * @expect extreme-logDetCouplingConv1x1 wrong-answer
 * @expect jacobian-logDetCouplingConv1x1 wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function logDetPLU(P: tf.Tensor, L: tf.Tensor, U: tf.Tensor, s: tf.Tensor): tf.Tensor {
  return tf.sum(tf.log(tf.add(tf.abs(s), 1e-7)));
}

export function logDetConv1x1(s: tf.Tensor, m: number, n: number): tf.Tensor {
  return tf.mul(m * n, tf.sum(tf.log(tf.add(tf.abs(s), 1e-7))));
}

export function logDetCouplingConv1x1(s: tf.Tensor, m: number, n: number): tf.Tensor {
  return tf.mul(m * n, tf.sum(tf.log(tf.add(tf.abs(s), 1e-7))));
}
