/**
 * @mistake posterior throws an error for a single component.
 * @hint With m = 1 the posterior is [1]; a mixture of one is a mixture.
 * @expect extreme-dErrorDLogits runtime-error
 * @expect extreme-dErrorDMu runtime-error
 * @expect extreme-posterior runtime-error
 * @expect values-posterior runtime-error
 * @expect values-dErrorDMu runtime-error
 * @expect values-dErrorDLogits runtime-error
 * @expect gradient-dErrorDMu runtime-error
 * @expect gradient-dErrorDLogits runtime-error
 * @expect sum-posterior runtime-error
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
  return tf.logSumExp(alpha.log().add(logPhi(mu, sigma, t))).neg();
}

export function posterior(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  if (alpha.size < 2) throw new Error('a mixture needs two components');
  return tf.softmax(alpha.log().add(logPhi(mu, sigma, t)));
}

export function dErrorDAlpha(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  return logPhi(mu, sigma, t).add(mdnError(alpha, mu, sigma, t)).exp().neg();
}

export function dErrorDMu(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  const pi = posterior(alpha, mu, sigma, t);
  return mu.sub(t).mul(pi.div(sigma.square()).expandDims(1));
}

export function dErrorDLogits(logits: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  const alpha = tf.softmax(logits);
  return alpha.sub(posterior(alpha, mu, sigma, t));
}
