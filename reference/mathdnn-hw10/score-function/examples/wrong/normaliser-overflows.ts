/**
 * @mistake log q takes the logarithm of (2π)^(k/2) Π σⱼ, which is infinite or 0 in many dimensions.
 * @hint Add logarithms: Σ log σⱼ + (k/2) log 2π.
 * @expect extreme-mu wrong-answer
 * @expect extreme-logSigma wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function scoreFunctionGradient(mu: tf.Tensor, logSigma: tf.Tensor, z: tf.Tensor, logH: tf.Tensor) {
  return tf.tidy(() => {
    const [n, k] = z.shape as [number, number];
    const sigma = tf.exp(logSigma);
    const e = tf.div(tf.sub(z, mu), sigma);
    const logQ = tf.mul(-0.5, tf.sum(tf.square(e), 1)).sub(tf.log(tf.mul((2 * Math.PI) ** (k / 2), tf.prod(sigma))));
    const weight = tf.sub(logH, logQ);
    const w = tf.expandDims(weight, 1);
    const scoreMu = tf.div(e, sigma);
    const scoreLogSigma = tf.sub(tf.square(e), 1);
    return { mu: tf.mean(tf.mul(scoreMu, w), 0), logSigma: tf.mean(tf.mul(scoreLogSigma, w), 0) };
  });
}
