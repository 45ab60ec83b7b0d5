/**
 * @mistake logDetPLU multiplies A out and takes its diagonal for its determinant.
 * @hint Only of a triangular matrix is the determinant the product of the diagonal; A is permuted and full.
 * @expect values-logDetPLU wrong-answer
 * @expect extreme-logDetPLU wrong-answer
 * @expect jacobian-logDetPLU wrong-answer
 * @expect invariance-logDetPLU wrong-answer
 * @expect agreement wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function logDetPLU(P: tf.Tensor, L: tf.Tensor, U: tf.Tensor, s: tf.Tensor): tf.Tensor {
  const A = tf.matMul(P, tf.matMul(L, tf.add(U, tf.diag(s))));
  return tf.sum(tf.mul(tf.eye(s.shape[0]), tf.log(tf.abs(A))));
}

export function logDetConv1x1(s: tf.Tensor, m: number, n: number): tf.Tensor {
  return tf.mul(m * n, tf.sum(tf.log(tf.abs(s))));
}

export function logDetCouplingConv1x1(s: tf.Tensor, m: number, n: number): tf.Tensor {
  return tf.mul(m * n, tf.sum(tf.log(tf.abs(s))));
}
