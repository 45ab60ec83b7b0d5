/**
 * @mistake Densities are kept under the target t alone, so a second call with the same t and other means gets the old ones.
 * @hint A cache must be keyed by all the inputs; here none is needed.
 * @expect gradient-dErrorDMu wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

const cache = new Map<string, number[]>();

function logPhi(mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): number[] {
  const key = Array.from(t.dataSync()).join(' ');
  if (!cache.has(key)) cache.set(key, compute(mu, sigma, t));
  return cache.get(key)!;
}

function compute(mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): number[] {
  const means = mu.arraySync() as number[][];
  const s = sigma.arraySync() as number[];
  const target = t.arraySync() as number[];
  const c = target.length;
  return means.map((row, i) => {
    let d2 = 0;
    for (let k = 0; k < c; k++) d2 += (row[k] - target[k]) ** 2;
    return -d2 / (2 * s[i] ** 2) - c * Math.log(s[i]) - (c / 2) * Math.log(2 * Math.PI);
  });
}

function logSumExp(values: number[]): number {
  const top = Math.max(...values);
  return top + Math.log(values.reduce((sum, v) => sum + Math.exp(v - top), 0));
}

export function mdnError(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): number {
  const a = alpha.arraySync() as number[];
  return -logSumExp(logPhi(mu, sigma, t).map((l, i) => l + Math.log(a[i])));
}

export function posterior(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  const a = alpha.arraySync() as number[];
  const joint = logPhi(mu, sigma, t).map((l, i) => l + Math.log(a[i]));
  const total = logSumExp(joint);
  return tf.tensor1d(joint.map((l) => Math.exp(l - total)));
}

export function dErrorDAlpha(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  const error = mdnError(alpha, mu, sigma, t);
  return tf.tensor1d(logPhi(mu, sigma, t).map((l) => -Math.exp(l + error)));
}

export function dErrorDMu(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  const pi = posterior(alpha, mu, sigma, t).arraySync() as number[];
  const s = sigma.arraySync() as number[];
  const target = t.arraySync() as number[];
  const means = mu.arraySync() as number[][];
  return tf.tensor2d(means.map((row, i) => row.map((x, k) => (pi[i] * (x - target[k])) / s[i] ** 2)));
}

export function dErrorDLogits(logits: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  const z = logits.arraySync() as number[];
  const total = logSumExp(z);
  const alpha = tf.tensor1d(z.map((v) => Math.exp(v - total)));
  return tf.sub(alpha, posterior(alpha, mu, sigma, t));
}
