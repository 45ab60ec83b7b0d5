/**
 * @mistake The mean weight of the other samples is subtracted as a baseline: unbiased for samples that are drawn one by one, but not the estimate asked for.
 * @hint The bracket holds log h − log q and nothing else.
 * @expect values-mu wrong-answer
 * @expect values-logSigma wrong-answer
 * @expect extreme-mu wrong-answer
 * @expect extreme-logSigma wrong-answer
 * @expect unbiased wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

const LOG_TWO_PI = Math.log(2 * Math.PI);

export function scoreFunctionGradient(mu: tf.Tensor, logSigma: tf.Tensor, z: tf.Tensor, logH: tf.Tensor) {
  return tf.tidy(() => {
    const count = z.shape[0]!;
    const sigma = tf.exp(logSigma);
    const standard = tf.div(tf.sub(z, mu), sigma);
    const logQ = tf.sum(tf.sub(tf.mul(-0.5, tf.add(tf.square(standard), LOG_TWO_PI)), logSigma), 1);
    const bracket = tf.sub(logH, logQ);
    const others = tf.div(tf.sub(tf.sum(bracket), bracket), Math.max(count - 1, 1));
    const weight = tf.expandDims(count > 1 ? tf.sub(bracket, others) : bracket, 1);
    return {
      mu: tf.mean(tf.mul(weight, tf.div(standard, sigma)), 0),
      logSigma: tf.mean(tf.mul(weight, tf.sub(tf.square(standard), 1)), 0),
    };
  });
}
