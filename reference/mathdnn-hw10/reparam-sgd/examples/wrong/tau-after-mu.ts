/**
 * @mistake The derivative with respect to τ is taken at the new μ: a step goes along the gradient at one point.
 * @hint Take both derivatives at the same point, and move μ and τ after that.
 * @expect descent-score wrong-answer
 * @expect descent-pathwise wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

interface Options {
  iterations: number;
  batch: number;
  learningRate: number;
}

const h = (x: number) => x * Math.sin(x);
const slope = (x: number) => Math.sin(x) + x * Math.cos(x);

export function scoreGradient(mu: number, tau: number, x: tf.Tensor) {
  const sigma = Math.exp(tau);
  const draws = Array.from(x.dataSync());
  let gMu = 0;
  let gTau = 0;
  for (const value of draws) {
    const d = value - mu;
    gMu += h(value) * d / sigma ** 2;
    gTau += h(value) * (d ** 2 / sigma ** 2 - 1);
  }
  const n = draws.length;
  return { mu: gMu / n + mu - 1, tau: gTau / n + sigma - 1 };
}

export function pathwiseGradient(mu: number, tau: number, y: tf.Tensor) {
  const sigma = Math.exp(tau);
  const noise = Array.from(y.dataSync());
  let gMu = 0;
  let gTau = 0;
  for (const e of noise) {
    const x = mu + sigma * e;
    gMu += slope(x);
    gTau += slope(x) * sigma * e;
  }
  const n = noise.length;
  return { mu: gMu / n + mu - 1, tau: gTau / n + sigma - 1 };
}

function gauss(rng: () => number) {
  return Math.sqrt(-2 * Math.log(1 - rng())) * Math.cos(2 * Math.PI * rng());
}

export function minimise(method: 'score' | 'pathwise', options: Options, rng: () => number) {
  const { iterations, batch, learningRate } = options;
  let mu = 0;
  let tau = 0;
  const trace: { mu: number; sigma: number }[] = [];
  for (let i = 0; i < iterations; i++) {
    const y = Array.from({ length: batch }, () => gauss(rng));
    const sigma = Math.exp(tau);
    const noise = tf.tensor1d(method === 'score' ? y.map((e) => mu + sigma * e) : y);
    const estimate = method === 'score' ? scoreGradient : pathwiseGradient;
    mu -= learningRate * estimate(mu, tau, noise).mu;
    tau -= learningRate * estimate(mu, tau, noise).tau;
    trace.push({ mu, sigma: Math.exp(tau) });
  }
  return { mu, sigma: Math.exp(tau), trace };
}
