/**
 * @mistake A constant 1e-6 is added to Σ αⱼφⱼ in the denominator, so posteriors do not add up to 1 and vanish far away.
 * @hint Work with logarithms (log-sum-exp); then the denominator cannot be 0.
 * @expect values-posterior wrong-answer
 * @expect extreme-posterior wrong-answer
 * @expect values-dErrorDAlpha wrong-answer
 * @expect extreme-dErrorDAlpha wrong-answer
 * @expect values-dErrorDMu wrong-answer
 * @expect extreme-dErrorDMu wrong-answer
 * @expect values-dErrorDLogits wrong-answer
 * @expect extreme-dErrorDLogits wrong-answer
 * @expect gradient-dErrorDAlpha wrong-answer
 * @expect gradient-dErrorDMu wrong-answer
 * @expect gradient-dErrorDLogits wrong-answer
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

export function mdnError(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  return tf.logSumExp(alpha.log().add(logPhi(mu, sigma, t))).neg();
}

export function posterior(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  const weighted = alpha.mul(logPhi(mu, sigma, t).exp());
  return weighted.div(weighted.sum().add(1e-6));
}

export function dErrorDAlpha(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  const phi = logPhi(mu, sigma, t).exp();
  return phi.div(alpha.mul(phi).sum().add(1e-6)).neg();
}

export function dErrorDMu(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  const pi = posterior(alpha, mu, sigma, t);
  return mu.sub(t).mul(pi.div(sigma.square()).expandDims(1));
}

export function dErrorDLogits(logits: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  const alpha = tf.softmax(logits);
  return alpha.sub(posterior(alpha, mu, sigma, t));
}
