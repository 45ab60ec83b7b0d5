/**
 * @about Densities relative to the best component that is switched on; everything after that without logarithms.
 */
import * as tf from '@tensorflow/tfjs';

function relative(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  const [, c] = mu.shape as [number, number];
  const log = tf.sub(
    tf.sum(tf.square(tf.div(tf.sub(mu, t), sigma.reshape([-1, 1]))), 1).mul(-0.5),
    tf.mul(tf.log(sigma), c),
  );
  const on = tf.greater(alpha, 0);
  const best = tf.max(tf.where(on, tf.add(log, tf.log(tf.maximum(alpha, Number.MIN_VALUE))), tf.fill(log.shape, -Infinity)));
  const phi = tf.exp(tf.sub(log, best)); // relative to the best
  const mixture = tf.sum(tf.where(on, tf.mul(alpha, phi), tf.zerosLike(phi)));
  return { best, phi, mixture, on, c };
}

export function mdnError(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  return tf.tidy(() => {
    const { best, mixture, c } = relative(alpha, mu, sigma, t);
    return tf.sub((c / 2) * Math.log(2 * Math.PI), tf.add(best, tf.log(mixture)));
  });
}

export function posterior(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  return tf.tidy(() => {
    const { phi, mixture, on } = relative(alpha, mu, sigma, t);
    return tf.div(tf.where(on, tf.mul(alpha, phi), tf.zerosLike(phi)), mixture);
  });
}

export function dErrorDAlpha(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  return tf.tidy(() => {
    const { phi, mixture } = relative(alpha, mu, sigma, t);
    return tf.neg(tf.div(phi, mixture));
  });
}

export function dErrorDMu(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  return tf.tidy(() => {
    const weights = tf.div(posterior(alpha, mu, sigma, t), tf.square(sigma));
    return tf.matMul(tf.diag(weights), tf.sub(mu, t) as tf.Tensor2D);
  });
}

export function dErrorDLogits(logits: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  return tf.tidy(() => {
    const alpha = tf.softmax(logits);
    return tf.sub(alpha, posterior(alpha, mu, sigma, t));
  });
}
