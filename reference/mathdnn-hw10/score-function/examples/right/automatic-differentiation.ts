/**
 * @about The gradient of mean(log q · weight) by tf.grads, the weight held fixed.
 */
import * as tf from '@tensorflow/tfjs-node';

function logDensity(z: tf.Tensor, mu: tf.Tensor, logSigma: tf.Tensor): tf.Tensor {
  const e = tf.mul(tf.sub(z, mu), tf.exp(tf.neg(logSigma)));
  return tf.sum(tf.sub(tf.mul(-0.5, tf.square(e)), tf.add(logSigma, 0.5 * Math.log(2 * Math.PI))), 1);
}

export function scoreFunctionGradient(mu: tf.Tensor, logSigma: tf.Tensor, z: tf.Tensor, logH: tf.Tensor) {
  return tf.tidy(() => {
    const weight = tf.sub(logH, logDensity(z, mu, logSigma));
    const surrogate = (m: tf.Tensor, s: tf.Tensor) => tf.mean(tf.mul(logDensity(z, m, s), weight));
    const [byMu, byLogSigma] = tf.grads(surrogate as (...args: tf.Tensor[]) => tf.Scalar)([mu, logSigma]);
    return { mu: byMu, logSigma: byLogSigma };
  });
}
