/**
 * @mistake ∂E/∂αᵢ is computed as −πᵢ/αᵢ with a guard against αᵢ = 0, and so gives 0 there instead of −φᵢ/p.
 * @hint Cancel αᵢ on paper: −φᵢ / Σ αⱼφⱼ needs no guard.
 * @expect extreme-dErrorDAlpha wrong-answer
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
  return tf.softmax(alpha.log().add(logPhi(mu, sigma, t)));
}

export function dErrorDAlpha(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  return posterior(alpha, mu, sigma, t).div(alpha.maximum(1e-8)).neg();
}

export function dErrorDMu(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  const pi = posterior(alpha, mu, sigma, t);
  return mu.sub(t).mul(pi.div(sigma.square()).expandDims(1));
}

export function dErrorDLogits(logits: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  const alpha = tf.softmax(logits);
  return alpha.sub(posterior(alpha, mu, sigma, t));
}
