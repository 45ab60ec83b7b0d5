/**
 * @about tf.linalg.qr and tensors throughout; only the back substitution through R is written out.
 */
import * as tf from '@tensorflow/tfjs';

type M = tf.Tensor2D;

/** A⁻¹B and log|det A| */
function solve(A: M, B: M): { X: M; logDet: tf.Tensor } {
  const [Q, R] = tf.linalg.qr(A) as [M, M];
  const k = A.shape[0];
  const right = tf.matMul(Q, B, true);
  const diagonal = tf.sum(tf.mul(R, tf.eye(k)), 1);
  const rows: tf.Tensor[] = [];
  for (let i = k - 1; i >= 0; i--) {
    let row: tf.Tensor = right.slice([i, 0], [1, -1]);
    if (rows.length > 0) {
      const rest = R.slice([i, i + 1], [1, k - i - 1]);
      row = row.sub(tf.matMul(rest as M, tf.concat(rows, 0) as M));
    }
    rows.unshift(row.div(diagonal.slice([i], [1])));
  }
  return { X: tf.concat(rows, 0) as M, logDet: tf.sum(tf.log(tf.abs(diagonal))) };
}

export function gaussianKL(mu0: tf.Tensor, Sigma0: tf.Tensor, mu1: tf.Tensor, Sigma1: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const k = mu0.shape[0]!;
    const d = tf.sub(mu1, mu0).reshape([k, 1]) as M;
    const { X, logDet } = solve(Sigma1 as M, tf.concat([Sigma0 as M, d], 1) as M);
    const trace = tf.sum(tf.mul(X.slice([0, 0], [k, k]), tf.eye(k)));
    const quadratic = tf.sum(tf.mul(X.slice([0, k], [k, 1]), d));
    const ratio = tf.sub(logDet, solve(Sigma0 as M, d).logDet);
    return tf.mul(0.5, tf.sub(tf.addN([trace, quadratic, ratio]), k));
  });
}
