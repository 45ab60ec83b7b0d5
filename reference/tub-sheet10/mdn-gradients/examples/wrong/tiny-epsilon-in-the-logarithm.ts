/**
 * @mistake A small constant is added to p inside the logarithm, so the error of far targets stops growing.
 * @hint Work with log αᵢ + log φᵢ and log-sum-exp; then no constant is needed.
 * @expect extreme-mdnError wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

// log of the Gaussian densities, [m]
function logPhi(mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  const c = t.shape[0]!;
  const distance = mu.sub(t).square().sum(1);
  const exponent = distance.div(sigma.square().mul(2));
  const normaliser = sigma.log().mul(c).add((c / 2) * Math.log(2 * Math.PI));
  return exponent.add(normaliser).neg();
}

export function mdnError(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  const p = alpha.mul(logPhi(mu, sigma, t).exp()).sum();
  return p.add(1e-300).log().neg();
}

export function posterior(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  return tf.softmax(alpha.log().add(logPhi(mu, sigma, t)));
}

export function dErrorDAlpha(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  const l = logPhi(mu, sigma, t);
  return l.sub(tf.logSumExp(l.add(alpha.log()))).exp().neg();
}

export function dErrorDMu(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  const pi = posterior(alpha, mu, sigma, t);
  return mu.sub(t).mul(pi.div(sigma.square()).expandDims(1));
}

export function dErrorDLogits(logits: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  const alpha = tf.softmax(logits);
  return alpha.sub(posterior(alpha, mu, sigma, t));
}
