import * as tf from '@tensorflow/tfjs';

// alpha [m], mu [m,c], sigma [m] (standard deviations), t [c]. Each function may also be async.

/** E = −log Σᵢ αᵢ φᵢ(t), a scalar tensor or a number. */
export function mdnError(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  // TODO: take the logarithm of each αᵢ φᵢ first, and sum with log-sum-exp.
  return tf.tidy(() => notYet('mdnError', alpha, mu, sigma, t));
}

/** πᵢ, the posterior probability of each component, [m]. */
export function posterior(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  // TODO
  return tf.tidy(() => notYet('posterior', alpha, mu, sigma, t));
}

/** ∂E/∂αᵢ, [m]; the αᵢ are free, and αᵢ = 0 is allowed. */
export function dErrorDAlpha(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  // TODO
  return tf.tidy(() => notYet('dErrorDAlpha', alpha, mu, sigma, t));
}

/** ∂E/∂μᵢₖ, [m,c]. */
export function dErrorDMu(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  // TODO
  return tf.tidy(() => notYet('dErrorDMu', alpha, mu, sigma, t));
}

/** ∂E/∂zᵢ, [m], where α = softmax(z) and z = logits [m]. */
export function dErrorDLogits(logits: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  // TODO
  return tf.tidy(() => notYet('dErrorDLogits', logits, mu, sigma, t));
}

/** Stands where your code will stand; delete it when the last function is written. */
function notYet(name: string, ...inputs: tf.Tensor[]): never {
  throw new Error(
    `${name} is still to be written (it was given shapes ${inputs.map((x) => `[${x.shape}]`).join(', ')}).`,
  );
}
