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
  let p = logs(mu, sigma, t).map((l, i) => l + Math.log(a[i]));
  const top = Math.max(...p);
  p = p.map((x) => Math.exp(x - top));
  // rounding errors! repeat until they really sum to 1
  while (p.reduce((x, y) => x + y, 0) !== 1.0) {
    const total = p.reduce((x, y) => x + y, 0);
    p = p.map((x) => x / total);
  }
  return tf.tensor1d(p);
}

export function dErrorDAlpha(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  const a = alpha.arraySync() as number[];
  const l = logs(mu, sigma, t);
  const total = lse(l.map((x, i) => x + Math.log(a[i])));
  return tf.tensor1d(l.map((x) => -Math.exp(x - total)));
}

export function dErrorDMu(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  const a = alpha.arraySync() as number[];
  const l = logs(mu, sigma, t).map((x, i) => x + Math.log(a[i]));
  const total = lse(l);
  const weights = tf.tensor1d(l.map((x) => Math.exp(x - total)));
  return mu.sub(t).mul(weights.div(sigma.square()).expandDims(1));
}

export function dErrorDLogits(logits: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  const z = logits.arraySync() as number[];
  const l = logs(mu, sigma, t).map((x, i) => x + z[i]);
  const [a, b] = [lse(z), lse(l)];
  return tf.tensor1d(z.map((x, i) => Math.exp(x - a) - Math.exp(l[i] - b)));
}
