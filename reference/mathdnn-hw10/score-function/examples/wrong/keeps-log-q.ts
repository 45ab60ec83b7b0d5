/**
 * @mistake log q is kept from the first call with as many samples and used again in later ones.
 * @hint A cache must be keyed by all that the result depends on; here none is needed.
 * @expect extreme-mu wrong-answer
 * @expect extreme-logSigma wrong-answer
 * @expect unbiased wrong-answer
 * @expect optimum wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

const densities = new Map<string, tf.Tensor>();

function kept(logQ: tf.Tensor, key: string): tf.Tensor {
  if (!densities.has(key)) densities.set(key, tf.keep(logQ.clone()));
  return densities.get(key)!;
}

export function scoreFunctionGradient(mu: tf.Tensor, logSigma: tf.Tensor, z: tf.Tensor, logH: tf.Tensor) {
  return tf.tidy(() => {
    const [n, k] = z.shape as [number, number];
    const sigma = tf.exp(logSigma);
    const e = tf.div(tf.sub(z, mu), sigma);
    const logQ = tf.mul(-0.5, tf.sum(tf.square(e), 1))
      .sub(tf.sum(logSigma))
      .sub(0.5 * k * Math.log(2 * Math.PI));
    const weight = tf.sub(logH, kept(logQ, `${n},${k}`));
    const w = tf.expandDims(weight, 1);
    const scoreMu = tf.div(e, sigma);
    const scoreLogSigma = tf.sub(tf.square(e), 1);
    return { mu: tf.mean(tf.mul(scoreMu, w), 0), logSigma: tf.mean(tf.mul(scoreLogSigma, w), 0) };
  });
}
