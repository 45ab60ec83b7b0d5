/**
 * @mistake logDetPLU takes the determinant of A by the rule for 2×2 matrices, whatever its size.
 * @hint Σ log|sᵢ| holds for every C.
 * @expect values-logDetPLU wrong-answer
 * @expect extreme-logDetPLU wrong-answer
 * @expect jacobian-logDetPLU wrong-answer
 * @expect invariance-logDetPLU wrong-answer
 * @expect agreement wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function logDetPLU(P: tf.Tensor, L: tf.Tensor, U: tf.Tensor, s: tf.Tensor): tf.Tensor {
  const A = tf.matMul(P, tf.matMul(L, tf.add(U, tf.diag(s)))).arraySync() as number[][];
  if (A.length === 1) return tf.log(tf.abs(tf.scalar(A[0][0])));
  return tf.scalar(Math.log(Math.abs(A[0][0] * A[1][1] - A[0][1] * A[1][0])));
}

export function logDetConv1x1(s: tf.Tensor, m: number, n: number): tf.Tensor {
  return tf.mul(m * n, tf.sum(tf.log(tf.abs(s))));
}

export function logDetCouplingConv1x1(s: tf.Tensor, m: number, n: number): tf.Tensor {
  return tf.mul(m * n, tf.sum(tf.log(tf.abs(s))));
}
