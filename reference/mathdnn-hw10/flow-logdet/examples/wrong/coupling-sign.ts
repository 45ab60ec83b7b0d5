/**
 * @mistake logDetCouplingConv1x1 has the opposite sign.
 * @hint The second half is multiplied by A, not by its inverse.
 * @expect values-logDetCouplingConv1x1 wrong-answer
 * @expect extreme-logDetCouplingConv1x1 wrong-answer
 * @expect jacobian-logDetCouplingConv1x1 wrong-answer
 * @expect agreement wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function logDetPLU(P: tf.Tensor, L: tf.Tensor, U: tf.Tensor, s: tf.Tensor): tf.Tensor {
  return tf.sum(tf.log(tf.abs(s)));
}

export function logDetConv1x1(s: tf.Tensor, m: number, n: number): tf.Tensor {
  return tf.mul(m * n, tf.sum(tf.log(tf.abs(s))));
}

export function logDetCouplingConv1x1(s: tf.Tensor, m: number, n: number): tf.Tensor {
  return tf.mul(-m * n, tf.sum(tf.log(tf.abs(s))));
}
