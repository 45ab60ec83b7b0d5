import * as tf from '@tensorflow/tfjs';

export function withDiagonal(U: tf.Tensor, s: tf.Tensor): tf.Tensor {
  return tf.add(U, tf.diag(s));
}

/** log|det| of a triangular matrix. */
export function logAbsDiagonal(matrix: tf.Tensor): number {
  const rows = matrix.arraySync() as number[][];
  return rows.reduce((sum, row, i) => sum + Math.log(Math.abs(row[i])), 0);
}
