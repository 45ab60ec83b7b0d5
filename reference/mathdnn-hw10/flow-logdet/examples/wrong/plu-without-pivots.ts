/**
 * @mistake logDetPLU eliminates A without exchanging rows, and divides by 0 where a permutation put a 0 on the diagonal.
 * @hint det P = ±1 and det L = 1 are known; nothing needs to be eliminated.
 * @expect values-logDetPLU wrong-answer
 * @expect extreme-logDetPLU wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function logDetPLU(P: tf.Tensor, L: tf.Tensor, U: tf.Tensor, s: tf.Tensor): number {
  const rows = tf.matMul(P, tf.matMul(L, tf.add(U, tf.diag(s)))).arraySync() as number[][];
  let sum = 0;
  for (let k = 0; k < rows.length; k++) {
    sum += Math.log(Math.abs(rows[k][k]));
    for (let i = k + 1; i < rows.length; i++) {
      const factor = rows[i][k] / rows[k][k];
      for (let j = k; j < rows.length; j++) rows[i][j] -= factor * rows[k][j];
    }
  }
  return sum;
}

export function logDetConv1x1(s: tf.Tensor, m: number, n: number): tf.Tensor {
  return tf.mul(m * n, tf.sum(tf.log(tf.abs(s))));
}

export function logDetCouplingConv1x1(s: tf.Tensor, m: number, n: number): tf.Tensor {
  return logDetConv1x1(s, m, n);
}
