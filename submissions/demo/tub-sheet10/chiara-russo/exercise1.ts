import * as tf from '@tensorflow/tfjs';

type T = tf.Tensor;

const logGauss = (mu: T, sigma: T, t: T): T => {
  const c = t.shape[0]!;
  const r2 = tf.sum(tf.squaredDifference(mu, t), 1);
  const s2 = tf.square(sigma);
  return tf.neg(tf.add(tf.div(r2, tf.mul(2, s2)), tf.mul(c / 2, tf.log(tf.mul(2 * Math.PI, s2)))));
};

export const mdnError = (alpha: T, mu: T, sigma: T, t: T) =>
  tf.neg(tf.logSumExp(tf.add(tf.log(alpha), logGauss(mu, sigma, t))));

export const posterior = (alpha: T, mu: T, sigma: T, t: T) => tf.softmax(tf.add(tf.log(alpha), logGauss(mu, sigma, t)));

export const dErrorDAlpha = (alpha: T, mu: T, sigma: T, t: T) =>
  tf.neg(tf.exp(tf.add(logGauss(mu, sigma, t), mdnError(alpha, mu, sigma, t))));

export const dErrorDMu = (alpha: T, mu: T, sigma: T, t: T) => {
  const pi = posterior(alpha, mu, sigma, t);
  return tf.mul(tf.expandDims(tf.div(pi, tf.square(sigma)), 1), tf.sub(mu, t));
};

export const dErrorDLogits = (logits: T, mu: T, sigma: T, t: T) => {
  const alpha = tf.softmax(logits);
  const pi = tf.softmax(tf.add(logits, logGauss(mu, sigma, t)));
  return tf.sub(pi, alpha); // difference between what we believe afterwards and before
};
