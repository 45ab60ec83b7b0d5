/**
 * @mistake The posterior has shape [m,1] instead of [m].
 * @hint Take out the axis that expandDims or keepDims left behind.
 * @expect values-posterior wrong-answer
 * @expect extreme-posterior wrong-answer
 * @expect sum-posterior wrong-answer
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

function responsibilities(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  return tf.softmax(alpha.log().add(logPhi(mu, sigma, t)));
}

export function mdnError(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  return tf.logSumExp(alpha.log().add(logPhi(mu, sigma, t))).neg();
}

export function posterior(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  return responsibilities(alpha, mu, sigma, t).expandDims(1);
}

export function dErrorDAlpha(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  return logPhi(mu, sigma, t).add(mdnError(alpha, mu, sigma, t)).exp().neg();
}

export function dErrorDMu(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  const pi = responsibilities(alpha, mu, sigma, t);
  return mu.sub(t).mul(pi.div(sigma.square()).expandDims(1));
}

export function dErrorDLogits(logits: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  const alpha = tf.softmax(logits);
  return alpha.sub(responsibilities(alpha, mu, sigma, t));
}
