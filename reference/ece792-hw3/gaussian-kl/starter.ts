import * as tf from '@tensorflow/tfjs';

/**
 * KL(N(μ₀, Σ₀) ‖ N(μ₁, Σ₁)) in nats, a scalar tensor or a number. mu0, mu1 [k]; Sigma0, Sigma1 [k,k], symmetric and positive
 * definite. May also be async.
 */
export function gaussianKL(mu0: tf.Tensor, Sigma0: tf.Tensor, mu1: tf.Tensor, Sigma1: tf.Tensor): tf.Tensor {
  // TODO: tfjs has no inverse and no determinant; a Cholesky factor of each covariance gives all four terms.
  return tf.tidy(() => notYet('gaussianKL', mu0, Sigma0, mu1, Sigma1));
}

/** Stands where your code will stand; delete it when the function is written. */
function notYet(name: string, ...inputs: tf.Tensor[]): never {
  throw new Error(
    `${name} is still to be written (it was given shapes ${inputs.map((x) => `[${x.shape}]`).join(', ')}).`,
  );
}
