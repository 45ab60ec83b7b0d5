import type * as tf from '@tensorflow/tfjs';

// alpha [m], mu [m,c], sigma [m] (standard deviations), t [c]. Each function may also be async.

/** E = −log Σᵢ αᵢ φᵢ(t), a scalar tensor or a number. */
export function mdnError(_alpha: tf.Tensor, _mu: tf.Tensor, _sigma: tf.Tensor, _t: tf.Tensor): tf.Tensor {
  // TODO: take the logarithm of each αᵢ φᵢ first, and sum with log-sum-exp.
  throw new Error('mdnError is still to be written.');
}

/** πᵢ, the posterior probability of each component, [m]. */
export function posterior(_alpha: tf.Tensor, _mu: tf.Tensor, _sigma: tf.Tensor, _t: tf.Tensor): tf.Tensor {
  // TODO
  throw new Error('posterior is still to be written.');
}

/** ∂E/∂αᵢ, [m]; the αᵢ are free, and αᵢ = 0 is allowed. */
export function dErrorDAlpha(_alpha: tf.Tensor, _mu: tf.Tensor, _sigma: tf.Tensor, _t: tf.Tensor): tf.Tensor {
  // TODO
  throw new Error('dErrorDAlpha is still to be written.');
}

/** ∂E/∂μᵢₖ, [m,c]. */
export function dErrorDMu(_alpha: tf.Tensor, _mu: tf.Tensor, _sigma: tf.Tensor, _t: tf.Tensor): tf.Tensor {
  // TODO
  throw new Error('dErrorDMu is still to be written.');
}

/** ∂E/∂zᵢ, [m], where α = softmax(z) and z = logits [m]. */
export function dErrorDLogits(_logits: tf.Tensor, _mu: tf.Tensor, _sigma: tf.Tensor, _t: tf.Tensor): tf.Tensor {
  // TODO
  throw new Error('dErrorDLogits is still to be written.');
}
