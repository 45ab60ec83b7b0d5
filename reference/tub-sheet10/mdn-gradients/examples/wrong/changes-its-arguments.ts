/**
 * @mistake The logarithms of the weights are written into the memory of alpha, so the argument is changed by the call.
 * @hint dataSync may be the tensor's own memory: copy it before you write into it.
 * @expect purity wrong-answer
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
  const joint = alpha.dataSync();
  const l = logPhi(mu, sigma, t);
  for (let i = 0; i < joint.length; i++) joint[i] = Math.log(joint[i]) + l[i];
  const total = logSumExp(Array.from(joint));
  return tf.tensor1d(Array.from(joint, (v) => Math.exp(v - total)));
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
  const pi = posterior(tf.softmax(logits), mu, sigma, t);
  return tf.softmax(logits).sub(pi);
}
