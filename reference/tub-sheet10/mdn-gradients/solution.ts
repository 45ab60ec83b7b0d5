/**
 * Error and gradients of a mixture density network for one target.
 *
 * The mixture is p(t) = Σᵢ αᵢ φᵢ(t), φᵢ = N(μᵢ, σᵢ² I) in c dimensions, and the error is E = −log p(t). Everything is
 * computed from logarithms of the densities, so that a target far away neither underflows to log 0 nor gives 0/0.
 *
 * - C. M. Bishop, Mixture Density Networks, Technical Report NCRG/94/004, Aston University, 1994, eqs. 22–39.
 * - C. M. Bishop, Pattern Recognition and Machine Learning, Springer 2006, section 5.6.
 */
import * as tf from '@tensorflow/tfjs';

/** E = −log Σᵢ αᵢ φᵢ(t), a scalar. alpha [m] ≥ 0, mu [m,c], sigma [m] > 0 (standard deviations), t [c]. */
export function mdnError(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  return tf.tidy(() => tf.neg(tf.logSumExp(logJoint(alpha, mu, sigma, t))));
}

/** πᵢ = αᵢ φᵢ / Σⱼ αⱼ φⱼ, [m]: the probability that component i made t. */
export function posterior(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  return tf.tidy(() => tf.softmax(logJoint(alpha, mu, sigma, t)));
}

/**
 * ∂E/∂αᵢ = −φᵢ / Σⱼ αⱼ φⱼ, [m]. Each αᵢ is free: they are not tied to Σ αᵢ = 1. This equals −πᵢ/αᵢ, but stays finite
 * at αᵢ = 0, where a component that is switched off may still deserve to be switched on.
 */
export function dErrorDAlpha(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const logMixture = tf.logSumExp(logJoint(alpha, mu, sigma, t));
    return tf.neg(tf.exp(tf.sub(logDensities(mu, sigma, t), logMixture)));
  });
}

/** ∂E/∂μᵢₖ = πᵢ (μᵢₖ − tₖ) / σᵢ², [m,c]. */
export function dErrorDMu(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const spread = tf.expandDims(sigma, 1);
    const responsibility = tf.expandDims(posterior(alpha, mu, sigma, t), 1);
    // Two divisions by σ instead of one by σ², which underflows in float32 where σ is about 1e-20.
    return tf.div(tf.mul(responsibility, tf.div(tf.sub(mu, t), spread)), spread);
  });
}

/**
 * ∂E/∂zᵢ = αᵢ − πᵢ, [m], where α = softmax(z). In the posterior log αᵢ = zᵢ − log Σⱼ exp(zⱼ) enters a softmax, where
 * the common constant drops out: π = softmax(z + log φ), without a logarithm of an αᵢ that rounded to 0.
 */
export function dErrorDLogits(logits: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const responsibility = tf.softmax(tf.add(logits, logDensities(mu, sigma, t)));
    return tf.sub(tf.softmax(logits), responsibility);
  });
}

/** log(αᵢ φᵢ(t)), [m]; −∞ where αᵢ = 0, which log-sum-exp and softmax take as weight 0. */
function logJoint(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  return tf.add(tf.log(alpha), logDensities(mu, sigma, t));
}

/** log φᵢ(t) = −‖(t − μᵢ)/σᵢ‖²/2 − c log σᵢ − (c/2) log 2π, [m]. */
function logDensities(mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  const c = t.shape[0]!;
  const standardised = tf.div(tf.sub(t, mu), tf.expandDims(sigma, 1));
  const exponent = tf.mul(tf.sum(tf.square(standardised), 1), -0.5);
  const logNormaliser = tf.add(tf.mul(tf.log(sigma), c), (c / 2) * Math.log(2 * Math.PI));
  return tf.sub(exponent, logNormaliser);
}
