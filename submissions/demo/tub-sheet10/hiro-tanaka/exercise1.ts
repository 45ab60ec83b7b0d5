import * as tf from '@tensorflow/tfjs';

function logJoint(logAlpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  const c = mu.shape[1]!;
  const logPhi = tf.tidy(() =>
    mu.sub(t).square().sum(1).div(sigma.square().mul(-2)).sub(sigma.log().mul(c)).sub((c * Math.log(2 * Math.PI)) / 2),
  );
  return { logPhi, logJoint: logAlpha.add(logPhi) };
}

export function mdnError(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  return logJoint(alpha.log(), mu, sigma, t).logJoint.logSumExp().neg();
}

export function posteriors(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  const { logJoint: l } = logJoint(alpha.log(), mu, sigma, t);
  return l.sub(l.logSumExp()).exp();
}

export function dErrorDAlpha(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  const { logPhi, logJoint: l } = logJoint(alpha.log(), mu, sigma, t);
  return logPhi.sub(l.logSumExp()).exp().neg();
}

export function dErrorDmu(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  return mu.sub(t).mul(posteriors(alpha, mu, sigma, t).div(sigma.square()).expandDims(1));
}

export function dErrorDLogits(logits: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  const { logJoint: l } = logJoint(logits, mu, sigma, t);
  return logits.softmax().sub(l.softmax());
}
