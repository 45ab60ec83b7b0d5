/**
 * The score-function (REINFORCE) gradient of E_q[log h(z) − log q_φ(z)] for a diagonal Gaussian q_φ.
 *
 * ∇_φ E_q[log h − log q_φ] = E_q[∇_φ log q_φ(z) (log h(z) − log q_φ(z))], since E_q[∇_φ log q_φ] = 0; no gradient of h is needed
 * (R. J. Williams, Machine Learning 8 (1992) 229; R. Ranganath, S. Gerrish, D. M. Blei, Black box variational
 * inference, AISTATS 2014, equation 3).
 */
import * as tf from '@tensorflow/tfjs';

/**
 * (1/n) Σᵢ ∇_φ log q_φ(zᵢ) · (logH(zᵢ) − log q_φ(zᵢ)) with respect to mu and logSigma.
 * mu, logSigma [k], z [n,k], logH [n] → mu [k], logSigma [k].
 */
export function scoreFunctionGradient(
  mu: tf.Tensor,
  logSigma: tf.Tensor,
  z: tf.Tensor,
  logH: tf.Tensor,
): { mu: tf.Tensor; logSigma: tf.Tensor } {
  return tf.tidy(() => {
    const sigma = tf.exp(logSigma);
    const standardised = tf.div(tf.sub(z, mu), sigma);
    const square = tf.square(standardised);
    const constant = -0.5 * mu.size * Math.log(2 * Math.PI);
    const logQ = tf.sub(tf.mul(-0.5, tf.sum(square, 1)), tf.sub(tf.sum(logSigma), constant));
    const weight = tf.expandDims(tf.sub(logH, logQ), 1);
    return {
      mu: tf.mean(tf.mul(tf.div(standardised, sigma), weight), 0),
      logSigma: tf.mean(tf.mul(tf.sub(square, 1), weight), 0),
    };
  });
}
