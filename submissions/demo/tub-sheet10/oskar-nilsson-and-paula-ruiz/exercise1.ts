import * as tf from '@tensorflow/tfjs';

function logPhi(mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  const c = t.shape[0]!;
  const exponent = mu.sub(t).square().sum(1).div(sigma.square()).mul(-0.5);
  return exponent.sub(sigma.square().mul(2 * Math.PI).log().mul(c / 2));
}

export function mdnError(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  return alpha.log().add(logPhi(mu, sigma, t)).logSumExp().neg();
}

export function posterior(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  return alpha.log().add(logPhi(mu, sigma, t)).softmax();
}

// Since sum(alpha) = 1 we need a Lagrange multiplier; it comes out as 1.
export function dErrorDAlpha(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  return logPhi(mu, sigma, t).add(mdnError(alpha, mu, sigma, t)).exp().neg().add(1);
}

export function dErrorDMu(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  const pi = posterior(alpha, mu, sigma, t);
  return mu.sub(t).mul(pi.div(sigma).expandDims(1));
}

export function dErrorDLogits(logits: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  return logits.softmax().sub(logits.add(logPhi(mu, sigma, t)).softmax());
}
