/**
 * Two gradient estimators of F(μ, τ) = E[X sin X] + ½(μ − 1)² + σ − log σ with X ~ N(μ, σ²), σ = e^τ, and stochastic gradient
 * descent with them.
 *
 * - R. J. Williams, Simple statistical gradient-following algorithms for connectionist reinforcement learning, Machine
 *   Learning 8 (1992): the score-function estimator.
 * - D. P. Kingma, M. Welling, Auto-encoding variational Bayes, ICLR 2014: the pathwise estimator.
 */
import * as tf from '@tensorflow/tfjs';

type Gradient = { mu: number; tau: number };

/** x: draws of X, [n]. E[X sin X · ∇ log p(X)] with ∇ log p = ((x − μ)/σ², (x − μ)²/σ² − 1), and the exact rest. */
export function scoreGradient(mu: number, tau: number, x: tf.Tensor): Gradient {
  const variance = Math.exp(2 * tau);
  return tf.tidy(() => {
    const value = tf.mul(x, tf.sin(x));
    const centred = tf.sub(x, mu);
    const byMu = tf.div(centred, variance);
    const byTau = tf.sub(tf.div(tf.square(centred), variance), 1);
    return withRest(mu, tau, tf.mul(value, byMu), tf.mul(value, byTau));
  });
}

/** y: standard normal draws, [n]. With x = μ + σy: E[(sin x + x cos x) · (1, σy)], and the exact rest. */
export function pathwiseGradient(mu: number, tau: number, y: tf.Tensor): Gradient {
  const sigma = Math.exp(tau);
  return tf.tidy(() => {
    const x = tf.add(tf.mul(y, sigma), mu);
    const slope = tf.add(tf.sin(x), tf.mul(x, tf.cos(x)));
    return withRest(mu, tau, slope, tf.mul(slope, tf.mul(y, sigma)));
  });
}

/** Batch means, and the gradient (μ − 1, σ − 1) of the terms that are known. */
function withRest(mu: number, tau: number, byMu: tf.Tensor, byTau: tf.Tensor): Gradient {
  return {
    mu: (tf.mean(byMu).arraySync() as number) + mu - 1,
    tau: (tf.mean(byTau).arraySync() as number) + Math.exp(tau) - 1,
  };
}

/** Plain steps in (μ, τ) from (0, 0), with fresh noise in each. */
export function minimise(
  method: 'score' | 'pathwise',
  options: { iterations: number; batch: number; learningRate: number },
  rng: () => number,
): { mu: number; sigma: number; trace: { mu: number; sigma: number }[] } {
  const { iterations, batch, learningRate } = options;
  const normal = normals(rng);
  let [mu, tau] = [0, 0];
  const trace: { mu: number; sigma: number }[] = [];
  for (let i = 0; i < iterations; i++) {
    const y = Array.from({ length: batch }, normal);
    const sigma = Math.exp(tau);
    const gradient = tf.tidy(() =>
      method === 'score'
        ? scoreGradient(mu, tau, tf.tensor1d(y.map((noise) => mu + sigma * noise)))
        : pathwiseGradient(mu, tau, tf.tensor1d(y)),
    );
    mu -= learningRate * gradient.mu;
    tau -= learningRate * gradient.tau;
    trace.push({ mu, sigma: Math.exp(tau) });
  }
  return { mu, sigma: Math.exp(tau), trace };
}

/** Standard normal numbers by pairs (Box and Muller 1958); 1 − u is never 0. */
function normals(rng: () => number): () => number {
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - rng()));
    const angle = 2 * Math.PI * rng();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}
