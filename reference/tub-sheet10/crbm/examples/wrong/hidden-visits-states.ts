/**
 * @mistake hiddenGivenVisible sums over all 2^K states, which never ends for K = 40.
 * @hint Given x and y the units are independent: sigm(aₖ).
 * @expect many-hiddenGivenVisible time-limit-exceeded
 */
import * as tf from '@tensorflow/tfjs';

function activation(W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor): number[] {
  const [d, K] = W.shape as [number, number];
  const c = U.shape[0];
  const [w, u, xs, ys] = [W.dataSync(), U.dataSync(), x.dataSync(), y.dataSync()];
  const a: number[] = [];
  for (let k = 0; k < K; k++) {
    let sum = 0;
    for (let i = 0; i < d; i++) sum += xs[i] * w[i * K + k];
    for (let j = 0; j < c; j++) sum += ys[j] * u[j * K + k];
    a.push(sum);
  }
  return a;
}

const sigmoid = (a: number) => (a >= 0 ? 1 / (1 + Math.exp(-a)) : Math.exp(a) / (1 + Math.exp(a)));
const softplus = (a: number) => Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a)));

export function hiddenGivenVisible(W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor): tf.Tensor {
  const a = activation(W, U, x, y);
  const K = a.length;
  const largest = a.reduce((sum, value) => sum + Math.max(value, 0), 0);
  const on = new Array<number>(K).fill(0);
  const state = new Array<number>(K).fill(0);
  let total = 0;
  for (;;) {
    let score = 0;
    for (let k = 0; k < K; k++) score += state[k] * a[k];
    const weight = Math.exp(score - largest);
    total += weight;
    for (let k = 0; k < K; k++) on[k] += weight * state[k];
    let k = 0;
    while (k < K && state[k] === 1) state[k++] = 0;
    if (k === K) break;
    state[k] = 1;
  }
  return tf.tensor1d(on.map((weight) => weight / total));
}

export function outputGivenHidden(U: tf.Tensor, h: tf.Tensor): tf.Tensor {
  const rows = U.arraySync() as number[][];
  const units = h.arraySync() as number[];
  return tf.tensor1d(rows.map((row) => sigmoid(row.reduce((sum, u, k) => sum + u * units[k], 0))));
}

export function freeEnergy(W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor): number {
  return -activation(W, U, x, y).reduce((sum, a) => sum + softplus(a), 0);
}
