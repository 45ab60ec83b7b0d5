/**
 * @about The score function with a baseline from the other draws of the batch; the descent with an average of earlier steps.
 */
import * as tf from '@tensorflow/tfjs';

const h = (x: number) => x * Math.sin(x);

function score(mu: number, tau: number, x: number[], baseline: (i: number) => number) {
  const sigma = Math.exp(tau);
  const g = { mu: 0, tau: 0 };
  x.forEach((xi, i) => {
    const z = (xi - mu) / sigma;
    const weight = (h(xi) - baseline(i)) / x.length;
    g.mu += (weight * z) / sigma;
    g.tau += weight * (z * z - 1);
  });
  return { mu: g.mu + mu - 1, tau: g.tau + sigma - 1 };
}

export function scoreGradient(mu: number, tau: number, x: tf.Tensor) {
  const draws = Array.from(x.dataSync());
  const total = draws.reduce((sum, xi) => sum + h(xi), 0);
  // Leave one out: what the others say is independent of this one.
  const others = (i: number) => (draws.length > 1 ? (total - h(draws[i])) / (draws.length - 1) : 0);
  return score(mu, tau, draws, others);
}

export function pathwiseGradient(mu: number, tau: number, y: tf.Tensor) {
  const sigma = Math.exp(tau);
  const slope = (x: number) => Math.sin(x) + x * Math.cos(x);
  const noise = Array.from(y.dataSync());
  const mean = (values: number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
  return {
    mu: mean(noise.map((v) => slope(mu + sigma * v))) + mu - 1,
    tau: mean(noise.map((v) => slope(mu + sigma * v) * sigma * v)) + sigma - 1,
  };
}

export function minimise(method: string, options: { iterations: number; batch: number; learningRate: number }, rng: () => number) {
  const { iterations, batch, learningRate } = options;
  let mu = 0;
  let tau = 0;
  let average = 0;
  const trace: { mu: number; sigma: number }[] = [{ mu: 0, sigma: 1 }];
  const normal = () => Math.sqrt(-2 * Math.log(1 - rng())) * Math.sin(2 * Math.PI * rng());
  for (let i = 0; i < iterations; i++) {
    const noise = Array.from({ length: batch }, normal);
    let g: { mu: number; tau: number };
    if (method === 'score') {
      const x = noise.map((v) => mu + Math.exp(tau) * v);
      g = score(mu, tau, x, () => average);
      const now = x.reduce((sum, xi) => sum + h(xi), 0) / batch;
      average += 0.1 * (now - average);
    } else {
      g = pathwiseGradient(mu, tau, tf.tensor1d(noise));
    }
    mu -= learningRate * g.mu;
    tau -= learningRate * g.tau;
    trace.push({ mu, sigma: Math.exp(tau) });
  }
  return { mu, sigma: Math.exp(tau), trace };
}
