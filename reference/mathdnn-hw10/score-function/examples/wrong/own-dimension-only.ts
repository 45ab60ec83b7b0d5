/**
 * @mistake Each dimension is weighted by its own log qⱼ(zⱼ) in place of log q(z). On average that changes nothing, since the score of one dimension and log q of the others are independent; but the estimate that is asked for has one weight for all of z.
 * @hint The weight is one number a sample: log h(z) − log q(z), all dimensions together.
 * @expect values-mu wrong-answer
 * @expect values-logSigma wrong-answer
 * @expect extreme-mu wrong-answer
 * @expect extreme-logSigma wrong-answer
 * @expect optimum wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function scoreFunctionGradient(mu: tf.Tensor, logSigma: tf.Tensor, z: tf.Tensor, logH: tf.Tensor) {
  return tf.tidy(() => {
    const [n, k] = z.shape as [number, number];
    const sigma = tf.exp(logSigma);
    const e = tf.div(tf.sub(z, mu), sigma);
    const logQ = tf.square(e).mul(-0.5).sub(logSigma).sub(0.5 * Math.log(2 * Math.PI));
    const weight = tf.sub(tf.expandDims(logH, 1), logQ);
    const w = weight;
    const scoreMu = tf.div(e, sigma);
    const scoreLogSigma = tf.sub(tf.square(e), 1);
    return { mu: tf.mean(tf.mul(scoreMu, w), 0), logSigma: tf.mean(tf.mul(scoreLogSigma, w), 0) };
  });
}
