import * as tf from '@tensorflow/tfjs';

/**
 * (1/n) Σᵢ ∇_φ log q_φ(zᵢ) · (logH(zᵢ) − log q_φ(zᵢ)) for φ = (mu, logSigma), q_φ a diagonal Gaussian. May also be async.
 * mu, logSigma [k], z [n,k], logH [n] → mu [k], logSigma [k].
 */
export function scoreFunctionGradient(
  mu: tf.Tensor,
  logSigma: tf.Tensor,
  z: tf.Tensor,
  logH: tf.Tensor,
): { mu: tf.Tensor; logSigma: tf.Tensor } {
  // TODO: ∂ log q / ∂μ, ∂ log q / ∂ log σ, and log q itself with all its constants.
  return tf.tidy(() => notYet('scoreFunctionGradient', mu, logSigma, z, logH));
}

/** Stands where your code will stand; delete it when the function is written. */
function notYet(name: string, ...inputs: tf.Tensor[]): never {
  throw new Error(
    `${name} is still to be written (it was given shapes ${inputs.map((x) => `[${x.shape}]`).join(', ')}).`,
  );
}
