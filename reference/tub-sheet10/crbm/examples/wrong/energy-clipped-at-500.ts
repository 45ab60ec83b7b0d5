/**
 * @mistake The activations are clipped in the free energy, so a large one counts as a smaller one.
 * @hint log(1 + exp(a)) = max(a, 0) + log(1 + exp(−|a|)) holds for every a, without clipping.
 * @expect extreme-freeEnergy wrong-answer
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
  return tf.tensor1d(activation(W, U, x, y).map(sigmoid));
}

export function outputGivenHidden(U: tf.Tensor, h: tf.Tensor): tf.Tensor {
  const rows = U.arraySync() as number[][];
  const units = h.arraySync() as number[];
  return tf.tensor1d(rows.map((row) => sigmoid(row.reduce((sum, u, k) => sum + u * units[k], 0))));
}

export function freeEnergy(W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor): number {
  return -activation(W, U, x, y).reduce((sum, a) => sum + Math.log(1 + Math.exp(Math.min(a, 500))), 0);
}
