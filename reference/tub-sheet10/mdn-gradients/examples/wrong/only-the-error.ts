/**
 * @mistake Only mdnError is there; the other functions were not written.
 * @hint Export all five functions.
 * @expect values-posterior missing
 * @expect extreme-posterior missing
 * @expect values-dErrorDAlpha missing
 * @expect extreme-dErrorDAlpha missing
 * @expect values-dErrorDMu missing
 * @expect extreme-dErrorDMu missing
 * @expect values-dErrorDLogits missing
 * @expect extreme-dErrorDLogits missing
 * @expect gradient-dErrorDAlpha missing
 * @expect gradient-dErrorDMu missing
 * @expect gradient-dErrorDLogits missing
 * @expect sum-posterior missing
 * @expect purity missing
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
