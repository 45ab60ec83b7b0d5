/**
 * @mistake The αᵢ are divided by their sum before anything else, so the results belong to other αᵢ.
 * @hint The αᵢ are free: take them as they come.
 * @expect values-mdnError wrong-answer
 * @expect extreme-mdnError wrong-answer
 * @expect gradient-dErrorDAlpha wrong-answer
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
  return tf.logSumExp(alpha.div(alpha.sum()).log().add(logPhi(mu, sigma, t))).neg();
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
