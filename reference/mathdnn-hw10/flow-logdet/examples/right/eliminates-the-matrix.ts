/**
 * @about A multiplied out and eliminated with pivots, async; half of Σ log sᵢ² for the layers.
 */
import * as tf from '@tensorflow/tfjs-node';

export async function logDetPLU(P: tf.Tensor2D, L: tf.Tensor2D, U: tf.Tensor2D, s: tf.Tensor1D): Promise<tf.Tensor> {
  const matrix = tf.tidy(() => P.matMul(L).matMul(U.add(tf.diag(s)) as tf.Tensor2D));
  const rows = (await matrix.array()) as number[][];
  matrix.dispose();
  let sum = 0;
  for (let k = 0; k < rows.length; k++) {
    let pivot = k;
    for (let i = k + 1; i < rows.length; i++) if (Math.abs(rows[i][k]) > Math.abs(rows[pivot][k])) pivot = i;
    [rows[k], rows[pivot]] = [rows[pivot], rows[k]];
    sum += Math.log(Math.abs(rows[k][k]));
    for (let i = k + 1; i < rows.length; i++) {
      const factor = rows[i][k] / rows[k][k];
      for (let j = k; j < rows.length; j++) rows[i][j] -= factor * rows[k][j];
    }
  }
  return tf.scalar(sum);
}

export async function logDetConv1x1(s: tf.Tensor, m: number, n: number): Promise<tf.Tensor> {
  return tf.tidy(() => s.square().log().sum().mul(0.5).mul(m).mul(n));
}

export async function logDetCouplingConv1x1(s: tf.Tensor, m: number, n: number): Promise<tf.Tensor> {
  return tf.tidy(() => tf.concat([tf.onesLike(s), s]).square().log().sum().mul((m * n) / 2));
}
