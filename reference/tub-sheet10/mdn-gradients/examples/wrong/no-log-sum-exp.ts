/**
 * @mistake The densities are formed and added as they are; for far targets they underflow and give log 0 or 0/0.
 * @hint Work with log αᵢ + log φᵢ and take the largest out before exponentiating.
 * @expect extreme-mdnError wrong-answer
 * @expect extreme-posterior wrong-answer
 * @expect extreme-dErrorDAlpha wrong-answer
 * @expect extreme-dErrorDMu wrong-answer
 * @expect extreme-dErrorDLogits wrong-answer
 * @expect sum-posterior wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

function densities(mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  const c = t.shape[0]!;
  const variance = sigma.square();
  const norm = variance.mul(2 * Math.PI).pow(-c / 2);
  return norm.mul(mu.sub(t).square().sum(1).div(variance.mul(-2)).exp());
}

export function mdnError(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  return alpha.mul(densities(mu, sigma, t)).sum().log().neg();
}

export function posterior(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  const weighted = alpha.mul(densities(mu, sigma, t));
  return weighted.div(weighted.sum());
}

export function dErrorDAlpha(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  const phi = densities(mu, sigma, t);
  return phi.div(alpha.mul(phi).sum()).neg();
}

export function dErrorDMu(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  const factor = posterior(alpha, mu, sigma, t).div(sigma.square());
  return factor.expandDims(1).mul(mu.sub(t));
}

export function dErrorDLogits(logits: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  const alpha = tf.softmax(logits);
  return alpha.sub(posterior(alpha, mu, sigma, t));
}
