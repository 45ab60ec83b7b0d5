/**
 * @about Loops over arrays, numbers as results, normal numbers by Marsaglia's polar method.
 */
import type * as tf from '@tensorflow/tfjs';

type Point = { mu: number; sigma: number };

export function scoreGradient(mu: number, tau: number, x: tf.Tensor) {
  return scoreOf(mu, tau, x.dataSync());
}

export function pathwiseGradient(mu: number, tau: number, y: tf.Tensor) {
  return pathwiseOf(mu, tau, y.dataSync());
}

function scoreOf(mu: number, tau: number, x: ArrayLike<number>) {
  const s2 = Math.exp(2 * tau);
  let gMu = 0;
  let gTau = 0;
  for (let i = 0; i < x.length; i++) {
    const f = x[i] * Math.sin(x[i]);
    const d = x[i] - mu;
    gMu += (f * d) / s2;
    gTau += f * ((d * d) / s2 - 1);
  }
  return { mu: gMu / x.length + mu - 1, tau: gTau / x.length + Math.exp(tau) - 1 };
}

function pathwiseOf(mu: number, tau: number, y: ArrayLike<number>) {
  const s = Math.exp(tau);
  let gMu = 0;
  let gTau = 0;
  for (let i = 0; i < y.length; i++) {
    const x = mu + s * y[i];
    const d = Math.sin(x) + x * Math.cos(x);
    gMu += d;
    gTau += d * s * y[i];
  }
  return { mu: gMu / y.length + mu - 1, tau: gTau / y.length + s - 1 };
}

export function minimise(method: 'score' | 'pathwise', options: any, rng: () => number) {
  let mu = 0;
  let tau = 0;
  let spare: number | null = null;
  const gauss = () => {
    if (spare !== null) {
      const s = spare;
      spare = null;
      return s;
    }
    let u = 0;
    let v = 0;
    let r = 0;
    do {
      u = 2 * rng() - 1;
      v = 2 * rng() - 1;
      r = u * u + v * v;
    } while (r >= 1 || r === 0);
    const f = Math.sqrt((-2 * Math.log(r)) / r);
    spare = v * f;
    return u * f;
  };
  const trace: Point[] = [];
  for (let i = 0; i < options.iterations; i++) {
    const noise: number[] = [];
    for (let k = 0; k < options.batch; k++) noise.push(gauss());
    const g =
      method === 'score'
        ? scoreOf(mu, tau, noise.map((y) => mu + Math.exp(tau) * y))
        : pathwiseOf(mu, tau, noise);
    mu -= options.learningRate * g.mu;
    tau -= options.learningRate * g.tau;
    trace.push({ mu, sigma: Math.exp(tau) });
  }
  return { ...trace[trace.length - 1], trace };
}
