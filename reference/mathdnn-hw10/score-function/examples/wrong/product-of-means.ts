/**
 * @mistake The mean score times the mean weight in place of the mean of their products.
 * @hint Multiply sample by sample, then take the mean.
 * @expect values-mu wrong-answer
 * @expect values-logSigma wrong-answer
 * @expect extreme-mu wrong-answer
 * @expect extreme-logSigma wrong-answer
 * @expect unbiased wrong-answer
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
    const w = tf.expandDims(weight, 1);
    const scoreMu = tf.div(e, sigma);
    const scoreLogSigma = tf.sub(tf.square(e), 1);
    return { mu: tf.mul(tf.mean(scoreMu, 0), tf.mean(weight)), logSigma: tf.mul(tf.mean(scoreLogSigma, 0), tf.mean(weight)) };
  });
}
