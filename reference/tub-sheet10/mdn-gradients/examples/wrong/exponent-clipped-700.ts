/**
 * @mistake The exponent is kept above a lower bound so that exp does not underflow; far targets get a wrong density.
 * @hint Take the largest log αᵢφᵢ out (log-sum-exp); the exponents can then be as low as they like.
 * @expect extreme-mdnError wrong-answer
 * @expect extreme-posterior wrong-answer
 * @expect extreme-dErrorDAlpha wrong-answer
 * @expect extreme-dErrorDMu wrong-answer
 * @expect extreme-dErrorDLogits wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

// log of the Gaussian densities, [m]
function logPhi(mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  const c = t.shape[0]!;
  const distance = mu.sub(t).square().sum(1);
  const exponent = tf.minimum(distance.div(sigma.square().mul(2)), 700);
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
