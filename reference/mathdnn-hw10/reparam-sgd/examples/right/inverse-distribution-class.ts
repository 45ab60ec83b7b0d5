/**
 * @about A class, normal numbers by the inverse distribution function, gradients by complex-valued bookkeeping of sin and cos.
 */
import * as tf from '@tensorflow/tfjs';

/** Φ⁻¹ by bisection of an error function; slow and simple, kept in a table of 4096 intervals. */
class Quantiles {
  private readonly grid: number[] = [];
  private readonly levels: number[] = [];

  constructor() {
    // Φ by Simpson's rule on [-9, 9].
    const n = 6000;
    const step = 18 / n;
    const phi = (z: number) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
    let total = 0;
    for (let i = 0; i <= n; i++) {
      const z = -9 + i * step;
      if (i > 0) total += (step / 6) * (phi(z - step) + 4 * phi(z - step / 2) + phi(z));
      this.grid.push(z);
      this.levels.push(total);
    }
  }

  at(p: number): number {
    let lo = 0;
    let hi = this.levels.length - 1;
    while (hi - lo > 1) {
      const mid = (lo + hi) >> 1;
      if (this.levels[mid] <= p) lo = mid;
      else hi = mid;
    }
    const width = this.levels[hi] - this.levels[lo];
    const share = width > 0 ? (p - this.levels[lo]) / width : 0;
    return this.grid[lo] + share * (this.grid[hi] - this.grid[lo]);
  }
}

class Objective {
  constructor(private readonly mu: number, private readonly tau: number) {}

  get sigma() {
    return Math.exp(this.tau);
  }

  rest() {
    return { mu: this.mu - 1, tau: Math.expm1(this.tau) };
  }

  add(estimate: { mu: tf.Tensor; tau: tf.Tensor }) {
    const { mu, tau } = this.rest();
    return { mu: tf.add(estimate.mu, mu), tau: tf.add(estimate.tau, tau) };
  }

  score(x: tf.Tensor) {
    const standard = tf.div(tf.sub(x, this.mu), this.sigma);
    const n = x.shape[0]!;
    const value = tf.mul(x, tf.sin(x)) as tf.Tensor1D;
    // Means as inner products.
    const byMu = tf.div(tf.dot(value, standard as tf.Tensor1D), n * this.sigma);
    const byTau = tf.div(tf.dot(value, tf.sub(tf.square(standard), 1) as tf.Tensor1D), n);
    return this.add({ mu: byMu, tau: byTau });
  }

  pathwise(y: tf.Tensor) {
    const n = y.shape[0]!;
    const moved = tf.mul(y, this.sigma) as tf.Tensor1D;
    const x = tf.add(moved, this.mu);
    const slope = tf.add(tf.sin(x), tf.mul(x, tf.cos(x))) as tf.Tensor1D;
    return this.add({ mu: tf.mean(slope), tau: tf.div(tf.dot(slope, moved), n) });
  }
}

export function scoreGradient(mu: number, tau: number, x: tf.Tensor) {
  return tf.tidy(() => new Objective(mu, tau).score(x) as any);
}

export function pathwiseGradient(mu: number, tau: number, y: tf.Tensor) {
  return tf.tidy(() => new Objective(mu, tau).pathwise(y) as any);
}

export function minimise(method: 'score' | 'pathwise', options: { iterations: number; batch: number; learningRate: number }, rng: () => number) {
  const quantiles = new Quantiles();
  const theta = [0, 0];
  const trace: Array<{ mu: number; sigma: number }> = [];
  for (let i = 0; i < options.iterations; i++) {
    const step = tf.tidy(() => {
      const y = tf.tensor1d(Array.from({ length: options.batch }, () => quantiles.at(rng())));
      const objective = new Objective(theta[0], theta[1]);
      const g = method === 'score' ? objective.score(tf.add(tf.mul(y, objective.sigma), theta[0])) : objective.pathwise(y);
      return [g.mu.dataSync()[0], g.tau.dataSync()[0]];
    }) as unknown as number[];
    step.forEach((g, k) => (theta[k] -= options.learningRate * g));
    trace.push({ mu: theta[0], sigma: Math.exp(theta[1]) });
  }
  return { mu: theta[0], sigma: Math.exp(theta[1]), trace };
}
