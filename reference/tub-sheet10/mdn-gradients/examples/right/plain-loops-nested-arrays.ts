/**
 * @about Plain loops on arrays; results are numbers and nested arrays instead of tensors.
 */
import type * as tf from '@tensorflow/tfjs';

function logs(mu: number[][], sigma: number[], t: number[]): number[] {
  const out: number[] = [];
  for (let i = 0; i < mu.length; i++) {
    let sum = 0;
    for (let k = 0; k < t.length; k++) {
      const z = (t[k] - mu[i][k]) / sigma[i];
      sum -= 0.5 * z * z + Math.log(sigma[i]) + 0.5 * Math.log(2 * Math.PI);
    }
    out.push(sum);
  }
  return out;
}

function logSumExp(values: number[]): number {
  let largest = -Infinity;
  for (const v of values) if (v > largest) largest = v;
  let sum = 0;
  for (const v of values) sum += Math.exp(v - largest);
  return largest + Math.log(sum);
}

const read = (mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) =>
  [mu.arraySync() as number[][], sigma.arraySync() as number[], t.arraySync() as number[]] as const;

export function mdnError(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): number {
  const a = alpha.arraySync() as number[];
  return -logSumExp(logs(...read(mu, sigma, t)).map((l, i) => l + Math.log(a[i])));
}

export function posterior(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): number[] {
  const a = alpha.arraySync() as number[];
  const weighted = logs(...read(mu, sigma, t)).map((l, i) => l + Math.log(a[i]));
  const total = logSumExp(weighted);
  return weighted.map((w) => Math.exp(w - total));
}

export function dErrorDAlpha(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): number[] {
  const error = mdnError(alpha, mu, sigma, t);
  return logs(...read(mu, sigma, t)).map((l) => -Math.exp(l + error));
}

export function dErrorDMu(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): number[][] {
  const p = posterior(alpha, mu, sigma, t);
  const [m, s, target] = read(mu, sigma, t);
  return m.map((row, i) => row.map((x, k) => (p[i] * (x - target[k])) / (s[i] * s[i])));
}

export function dErrorDLogits(logits: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): number[] {
  const z = logits.arraySync() as number[];
  const total = logSumExp(z);
  const weighted = logs(...read(mu, sigma, t)).map((l, i) => l + z[i]);
  const joint = logSumExp(weighted);
  return z.map((x, i) => Math.exp(x - total) - Math.exp(weighted[i] - joint));
}
