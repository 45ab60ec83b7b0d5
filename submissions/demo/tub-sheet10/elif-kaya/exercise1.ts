import * as tf from '@tensorflow/tfjs';

function logPhi(mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  const c = t.shape[0]!;
  const z = mu.sub(t).div(sigma.expandDims(1));
  return z.square().sum(1).mul(-0.5).sub(sigma.log().mul(c).add((c / 2) * Math.log(2 * Math.PI)));
}

export function mdnError(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  return tf.logSumExp(alpha.log().add(logPhi(mu, sigma, t)).neg();
}

export function posterior(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  return tf.softmax(alpha.log().add(logPhi(mu, sigma, t)));
}
