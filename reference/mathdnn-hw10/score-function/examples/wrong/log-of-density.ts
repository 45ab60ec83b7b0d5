/**
 * @mistake log q is the logarithm of the density, which is 0 to a computer far from μ.
 * @hint Write log q without exp.
 * @expect extreme-mu wrong-answer
 * @expect extreme-logSigma wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function scoreFunctionGradient(mu: tf.Tensor, logSigma: tf.Tensor, z: tf.Tensor, logH: tf.Tensor) {
  return tf.tidy(() => {
    const [n, k] = z.shape as [number, number];
    const sigma = tf.exp(logSigma);
    const e = tf.div(tf.sub(z, mu), sigma);
    const logQ = tf.log(tf.prod(tf.div(tf.exp(tf.mul(-0.5, tf.square(e))), tf.mul(sigma, Math.sqrt(2 * Math.PI))), 1));
    const weight = tf.sub(logH, logQ);
    const w = tf.expandDims(weight, 1);
    const scoreMu = tf.div(e, sigma);
    const scoreLogSigma = tf.sub(tf.square(e), 1);
    return { mu: tf.mean(tf.mul(scoreMu, w), 0), logSigma: tf.mean(tf.mul(scoreLogSigma, w), 0) };
  });
}
