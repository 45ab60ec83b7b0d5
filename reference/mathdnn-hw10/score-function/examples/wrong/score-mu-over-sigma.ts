/**
 * @mistake ∂ log q / ∂ μ is (z − μ)/σ: σ in place of σ², which does not show where σ = 1.
 * @hint The derivative of −(z − μ)²/(2σ²) by μ is (z − μ)/σ².
 * @expect values-mu wrong-answer
 * @expect extreme-mu wrong-answer
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
    const scoreMu = e;
    const scoreLogSigma = tf.sub(tf.square(e), 1);
    return { mu: tf.mean(tf.mul(scoreMu, w), 0), logSigma: tf.mean(tf.mul(scoreLogSigma, w), 0) };
  });
}
