/**
 * @mistake ∂E/∂αᵢ is computed as −πᵢ/αᵢ with a guard against αᵢ = 0, and so gives 0 there instead of −φᵢ/p.
 * @hint Cancel αᵢ on paper: −φᵢ / Σ αⱼφⱼ needs no guard.
 * @expect extreme-dErrorDAlpha wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

function logPhi(mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): number[] {
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
  const pi = posterior(alpha, mu, sigma, t).arraySync() as number[];
  const a = alpha.arraySync() as number[];
  return tf.tensor1d(pi.map((p, i) => -p / Math.max(a[i], 1e-10)));
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
