/**
 * @about tfjs operations with tf.logSumExp, async functions, the error as a plain number.
 */
import * as tf from '@tensorflow/tfjs-node';

function logWeighted(logAlpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  const c = mu.shape[1]!;
  const variance = sigma.square();
  const distance = mu.sub(t).square().sum(1);
  const logDensity = distance.div(variance).mul(-0.5).sub(variance.mul(2 * Math.PI).log().mul(c / 2));
  return { logDensity, joint: logAlpha.add(logDensity) };
}

export async function mdnError(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): Promise<number> {
  const { joint } = logWeighted(alpha.log(), mu, sigma, t);
  const [value] = await joint.logSumExp().neg().data();
  return value;
}

export async function posterior(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  const { joint } = logWeighted(alpha.log(), mu, sigma, t);
  return joint.sub(joint.logSumExp()).exp();
}

export async function dErrorDAlpha(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  const { logDensity, joint } = logWeighted(alpha.log(), mu, sigma, t);
  return logDensity.sub(joint.logSumExp()).exp().neg();
}

export async function dErrorDMu(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  const pi = await posterior(alpha, mu, sigma, t);
  return mu.sub(t).mul(pi.div(sigma.square()).expandDims(1));
}

export async function dErrorDLogits(logits: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  const { joint } = logWeighted(tf.logSoftmax(logits), mu, sigma, t);
  return tf.softmax(logits).sub(joint.sub(joint.logSumExp()).exp());
}
