import * as tf from '@tensorflow/tfjs';

const LOG_2PI = Math.log(2 * Math.PI);

function logs(mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): number[] {
  const [m, s, x] = [mu.arraySync() as number[][], sigma.arraySync() as number[], t.arraySync() as number[]];
  return m.map((row, i) => {
    const r2 = row.reduce((sum, v, k) => sum + ((v - x[k]) / s[i]) ** 2, 0);
    return -0.5 * (r2 + x.length * LOG_2PI) - x.length * Math.log(s[i]);
  });
}

function lse(v: number[]): number {
  const top = Math.max(...v);
  return top + Math.log(v.reduce((sum, x) => sum + Math.exp(x - top), 0));
}

export function mdnError(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  const a = alpha.arraySync() as number[];
  return tf.scalar(-lse(logs(mu, sigma, t).map((l, i) => l + Math.log(a[i]))));
}

export function posterior(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  const a = alpha.arraySync() as number[];
  const l = logs(mu, sigma, t).map((x, i) => x + Math.log(a[i]));
  const total = lse(l);
  return tf.tensor1d(l.map((x) => Math.exp(x - total)));
}

export function dErrorDAlpha(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  const a = alpha.arraySync() as number[];
  const l = logs(mu, sigma, t);
  const total = lse(l.map((x, i) => x + Math.log(a[i])));
  return tf.tensor1d(l.map((x) => -Math.exp(x - total)));
}

export function dErrorDMu(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  const pi = posterior(alpha, mu, sigma, t).arraySync();
  const [means, s, x] = [mu.arraySync() as number[][], sigma.arraySync() as number[], t.arraySync() as number[]];
  const gradient = means.map((row) => row.map(() => 0));
  for (let i = 0; i < pi.length; i++) {
    for (let k = 0; k < x.length; i++) {
      gradient[i % pi.length][k] = (pi[i] * (means[i % pi.length][k] - x[k])) / s[i] ** 2;
    }
  }
  return tf.tensor2d(gradient);
}

export function dErrorDLogits(logits: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  const z = logits.arraySync() as number[];
  const l = logs(mu, sigma, t).map((x, i) => x + z[i]);
  const [a, b] = [lse(z), lse(l)];
  return tf.tensor1d(z.map((x, i) => Math.exp(x - a) - Math.exp(l[i] - b)));
}
