/**
 * @mistake logDetPLU takes the diagonal of U to be 1 and adds it to s.
 * @hint U has zeros on its diagonal: U + diag s has s there.
 * @expect values-logDetPLU wrong-answer
 * @expect extreme-logDetPLU wrong-answer
 * @expect jacobian-logDetPLU wrong-answer
 * @expect invariance-logDetPLU wrong-answer
 * @expect agreement wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function logDetPLU(P: tf.Tensor, L: tf.Tensor, U: tf.Tensor, s: tf.Tensor): tf.Tensor {
  return tf.sum(tf.log(tf.abs(tf.add(s, 1))));
}

export function logDetConv1x1(s: tf.Tensor, m: number, n: number): tf.Tensor {
  return tf.mul(m * n, tf.sum(tf.log(tf.abs(s))));
}

export function logDetCouplingConv1x1(s: tf.Tensor, m: number, n: number): tf.Tensor {
  return tf.mul(m * n, tf.sum(tf.log(tf.abs(s))));
}
