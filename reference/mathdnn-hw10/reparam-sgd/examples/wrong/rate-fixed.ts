/**
 * @mistake The step size is 1e-3 whatever options.learningRate says.
 * @hint Look at options.learningRate.
 * @expect trace wrong-answer
 * @expect repeatable wrong-answer
 * @expect descent-score wrong-answer
 * @expect descent-pathwise wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

type Options = { iterations: number; batch: number; learningRate: number };

/** Batch means plus the gradient of the terms without an expectation. */
function total(mu: number, tau: number, byMu: tf.Tensor, byTau: tf.Tensor) {
  return { mu: byMu.mean().add(mu - 1), tau: byTau.mean().add(Math.exp(tau) - 1) };
}

export function scoreGradient(mu: number, tau: number, x: tf.Tensor) {
  return tf.tidy(() => {
    const z = x.sub(mu).div(Math.exp(tau));
    const value = x.mul(x.sin());
    return total(mu, tau, value.mul(z).div(Math.exp(tau)), value.mul(z.square().sub(1)));
  });
}

export function pathwiseGradient(mu: number, tau: number, y: tf.Tensor) {
  return tf.tidy(() => {
    const moved = y.mul(Math.exp(tau));
    const x = moved.add(mu);
    const derivative = x.sin().add(x.mul(x.cos()));
    return total(mu, tau, derivative, derivative.mul(moved));
  });
}

/** A pair of normal numbers for every two draws. */
function normals(rng: () => number, n: number) {
  const list: number[] = [];
  while (list.length < n) {
    const r = Math.sqrt(-2 * Math.log(1 - rng()));
    const angle = 2 * Math.PI * rng();
    list.push(r * Math.cos(angle), r * Math.sin(angle));
  }
  return list.slice(0, n);
}

export async function minimise(method: 'score' | 'pathwise', options: Options, rng: () => number) {
  let mu = 0;
  let tau = 0;
  const trace = [{ mu: 0, sigma: 1 }];
  for (let step = 1; step <= options.iterations; step++) {
    const y = tf.tensor1d(normals(rng, options.batch));
    const g = method === 'score' ? scoreGradient(mu, tau, y.mul(Math.exp(tau)).add(mu)) : pathwiseGradient(mu, tau, y);
    mu -= 0.001 * (await g.mu.data())[0];
    tau -= 0.001 * (await g.tau.data())[0];
    tf.dispose([y, g.mu, g.tau]);
    trace.push({ mu, sigma: Math.exp(tau) });
  }
  return { mu, sigma: Math.exp(tau), trace };
}
