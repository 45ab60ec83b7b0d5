/**
 * @about All three gradients by tf.grad through an error that is written so that nothing is 0/0 on the way.
 */
import * as tf from '@tensorflow/tfjs-node-gpu';

function logDensity(mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  const column = sigma.expandDims(1);
  const perDimension = t.sub(mu).div(column).square().mul(-0.5).sub(column.log()).sub(0.5 * Math.log(2 * Math.PI));
  return perDimension.sum(1);
}

/** The largest log(alpha_i phi_i), as a plain number: a constant for the differentiation. */
function largest(logAlpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): number {
  return tf.tidy(() => logAlpha.add(logDensity(mu, sigma, t)).max().arraySync() as number);
}

export function mdnError(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  return tf.tidy(() => tf.logSumExp(alpha.log().add(logDensity(mu, sigma, t))).neg());
}

export function posterior(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  // The derivative of log-sum-exp is the softmax.
  return tf.tidy(() => tf.grad((x) => tf.logSumExp(x))(alpha.log().add(logDensity(mu, sigma, t))));
}

export function dErrorDAlpha(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  const shift = largest(alpha.log(), mu, sigma, t);
  const f = (a: tf.Tensor) => a.mul(logDensity(mu, sigma, t).sub(shift).exp()).sum().log().add(shift).neg();
  return tf.grad(f)(alpha);
}

export function dErrorDMu(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  return tf.grad((m) => mdnError(alpha, m, sigma, t))(mu);
}

export function dErrorDLogits(logits: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  const f = (z: tf.Tensor) => tf.logSumExp(z).sub(tf.logSumExp(z.add(logDensity(mu, sigma, t))));
  return tf.grad(f)(logits);
}
