/**
 * @mistake logSigma is clipped to [−10, 10], as for networks.
 * @hint Use logSigma as it is given.
 * @expect extreme-mu wrong-answer
 * @expect extreme-logSigma wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function scoreFunctionGradient(mu: tf.Tensor, logSigma: tf.Tensor, z: tf.Tensor, logH: tf.Tensor) {
  return tf.tidy(() => {
    const [n, k] = z.shape as [number, number];
    const sigma = tf.exp(tf.clipByValue(logSigma, -10, 10));
    const e = tf.div(tf.sub(z, mu), sigma);
    const logQ = tf.mul(-0.5, tf.sum(tf.square(e), 1))
      .sub(tf.sum(logSigma))
      .sub(0.5 * k * Math.log(2 * Math.PI));
    const weight = tf.sub(logH, logQ);
    const w = tf.expandDims(weight, 1);
    const scoreMu = tf.div(e, sigma);
    const scoreLogSigma = tf.sub(tf.square(e), 1);
    return { mu: tf.mean(tf.mul(scoreMu, w), 0), logSigma: tf.mean(tf.mul(scoreLogSigma, w), 0) };
  });
}
