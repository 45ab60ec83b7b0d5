/**
 * @mistake The weights [n] are multiplied along the dimensions, which fails unless n = k, n = 1 or k = 1.
 * @hint Give the weights a second axis: [n, 1].
 * @expect values-mu runtime-error
 * @expect values-logSigma runtime-error
 * @expect extreme-mu runtime-error
 * @expect extreme-logSigma runtime-error
 * @expect unbiased runtime-error
 * @expect optimum runtime-error
 * @expect purity runtime-error
 */
import * as tf from '@tensorflow/tfjs';

export function scoreFunctionGradient(mu: tf.Tensor, logSigma: tf.Tensor, z: tf.Tensor, logH: tf.Tensor) {
  return tf.tidy(() => {
    const [n, k] = z.shape as [number, number];
    const sigma = tf.exp(logSigma);
    const e = tf.div(tf.sub(z, mu), sigma);
    const logQ = tf.mul(-0.5, tf.sum(tf.square(e), 1))
      .sub(tf.sum(logSigma))
      .sub(0.5 * k * Math.log(2 * Math.PI));
    const weight = tf.sub(logH, logQ);
    const w = weight;
    const scoreMu = tf.div(e, sigma);
    const scoreLogSigma = tf.sub(tf.square(e), 1);
    return { mu: tf.mean(tf.mul(scoreMu, w), 0), logSigma: tf.mean(tf.mul(scoreLogSigma, w), 0) };
  });
}
