/**
 * @mistake The descent starts at μ = 1; the start is (μ, τ) = (0, 0).
 * @hint Both begin at 0.
 * @expect trace wrong-answer
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
  let mu = 1;
  let tau = 0;
  const trace: { mu: number; sigma: number }[] = [];
  for (let i = 0; i < iterations; i++) {
    const y = Array.from({ length: batch }, () => gauss(rng));
    const sigma = Math.exp(tau);
    const g =
      method === 'score'
        ? scoreGradient(mu, tau, tf.tensor1d(y.map((e) => mu + sigma * e)))
        : pathwiseGradient(mu, tau, tf.tensor1d(y));
    mu -= learningRate * g.mu;
    tau -= learningRate * g.tau;
    trace.push({ mu, sigma: Math.exp(tau) });
  }
  return { mu, sigma: Math.exp(tau), trace };
}
