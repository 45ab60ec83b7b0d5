import * as tf from '@tensorflow/tfjs';

/** log N(row; mu, diag sigma²), a scalar. */
export function logDensity(row: tf.Tensor, mu: tf.Tensor, logSigma: tf.Tensor): tf.Tensor {
  const { squares } = parts(row, mu, logSigma);
  return squares.mul(0.5).add(logSigma).add(Math.log(Math.sqrt(2 * Math.PI))).sum().neg();
}

export function score(row: tf.Tensor, mu: tf.Tensor, logSigma: tf.Tensor) {
  const { e, squares } = parts(row, mu, logSigma);
  return { byMu: e.div(logSigma.exp()), byLogSigma: squares.sub(1) };
}

function parts(row: tf.Tensor, mu: tf.Tensor, logSigma: tf.Tensor) {
  const e = row.sub(mu).div(logSigma.exp());
  return { e, squares: e.mul(e) };
}
