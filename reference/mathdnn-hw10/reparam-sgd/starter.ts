import * as tf from '@tensorflow/tfjs';

// F(μ, τ) = E[X sin X] + ½(μ − 1)² + σ − log σ, X ~ N(μ, σ²), σ = exp(τ). Each function may also be async.

/** x: draws of X, [n]. The score-function estimate of ∇E[X sin X] plus the exact gradient of the other terms. */
export function scoreGradient(mu: number, tau: number, x: tf.Tensor): { mu: number; tau: number } {
  // TODO
  return notYet('scoreGradient', mu, tau, tf.mean(x));
}

/** y: standard normal draws, [n]; X = μ + σy. The pathwise estimate plus the exact gradient of the other terms. */
export function pathwiseGradient(mu: number, tau: number, y: tf.Tensor): { mu: number; tau: number } {
  // TODO
  return notYet('pathwiseGradient', mu, tau, tf.mean(y));
}

/** Steps in (μ, τ) from (0, 0), each with fresh noise from rng (uniform on [0, 1), now and then exactly 0). */
export function minimise(
  method: 'score' | 'pathwise',
  options: { iterations: number; batch: number; learningRate: number },
  rng: () => number,
): { mu: number; sigma: number; trace: { mu: number; sigma: number }[] } {
  // TODO: trace has (μ, σ) after every step; its last entry is the result.
  return notYet('minimise', method, options, rng());
}

/** Stands where your code will stand; delete it when the last function is written. */
function notYet(name: string, ...inputs: unknown[]): never {
  throw new Error(`${name} is still to be written (it was given ${inputs.length} arguments).`);
}
