/**
 * @mistake logDetPLU reads the diagonal from U alone, where it is 0, so the logarithm is −∞.
 * @hint The diagonal is s: the factor is U + diag s.
 * @expect values-logDetPLU wrong-answer
 * @expect extreme-logDetPLU wrong-answer
 * @expect jacobian-logDetPLU wrong-answer
 * @expect invariance-logDetPLU wrong-answer
 * @expect agreement wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function logDetPLU(P: tf.Tensor, L: tf.Tensor, U: tf.Tensor, s: tf.Tensor): tf.Tensor {
  const eye = tf.eye(s.shape[0]);
  return tf.sum(tf.log(tf.abs(tf.sum(tf.mul(U, eye), 1))));
}

export function logDetConv1x1(s: tf.Tensor, m: number, n: number): tf.Tensor {
  return tf.mul(m * n, tf.sum(tf.log(tf.abs(s))));
}

export function logDetCouplingConv1x1(s: tf.Tensor, m: number, n: number): tf.Tensor {
  return tf.mul(m * n, tf.sum(tf.log(tf.abs(s))));
}
