/**
 * @mistake z is squeezed, so for one sample the sum over dimensions fails or mixes things up.
 * @hint z keeps its two axes also for n = 1.
 * @expect values-mu runtime-error
 * @expect values-logSigma runtime-error
 * @expect unbiased runtime-error
 * @expect optimum runtime-error
 */
import * as tf from '@tensorflow/tfjs';

export function scoreFunctionGradient(mu: tf.Tensor, logSigma: tf.Tensor, z: tf.Tensor, logH: tf.Tensor) {
  const e = tf.div(tf.sub(tf.squeeze(z), mu), tf.exp(logSigma));
  const terms = tf.square(e).mul(-0.5).sub(logSigma).sub(0.5 * Math.log(2 * Math.PI));
  const w = tf.sub(logH, tf.sum(terms, 1)).expandDims(1);
  return {
    mu: tf.mean(tf.mul(tf.div(e, tf.exp(logSigma)), w), 0),
    logSigma: tf.mean(tf.mul(tf.sub(tf.square(e), 1), w), 0),
  };
}
