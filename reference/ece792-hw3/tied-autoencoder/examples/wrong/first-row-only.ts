/**
 * @mistake Only the first row of the batch counts in the gradients.
 * @hint Add up over the batch.
 * @expect gradient-W wrong-answer
 * @expect gradient-b wrong-answer
 * @expect gradient-c wrong-answer
 * @expect extreme-tiedGradients wrong-answer
 * @expect gradient-own wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

const sigmoid = (a: number): number => 1 / (1 + Math.exp(-a));

function read(W: tf.Tensor, b: tf.Tensor, c: tf.Tensor, x: tf.Tensor) {
  return {
    w: W.arraySync() as number[][],
    bs: b.arraySync() as number[],
    cs: c.arraySync() as number[],
    xs: x.arraySync() as number[][],
  };
}

function pass(w: number[][], bs: number[], cs: number[], x: number[]) {
  const h = w.map((row, k) => sigmoid(bs[k] + row.reduce((s, v, i) => s + v * x[i], 0)));
  const y = cs.map((bias, i) => sigmoid(bias + h.reduce((s, v, k) => s + w[k][i] * v, 0)));
  return { h, y };
}

export function tiedLoss(W: tf.Tensor, b: tf.Tensor, c: tf.Tensor, x: tf.Tensor): number {
  const { w, bs, cs, xs } = read(W, b, c, x);
  let total = 0;
  for (const row of xs) {
    const { y } = pass(w, bs, cs, row);
    for (let i = 0; i < y.length; i++) total += (row[i] - y[i]) ** 2;
  }
  return total / xs.length;
}

export function tiedGradients(W: tf.Tensor, b: tf.Tensor, c: tf.Tensor, x: tf.Tensor) {
  const { w, bs, cs, xs } = read(W, b, c, x);
  const n = xs.length;
  const gW = w.map((row) => row.map(() => 0));
  const gb = bs.map(() => 0);
  const gc = cs.map(() => 0);
  for (const row of xs.slice(0, 1)) {
    const { h, y } = pass(w, bs, cs, row);
    const dy = y.map((v, i) => ((2 * (v - row[i])) / n) * v * (1 - v));
    const dh = h.map((v, k) => v * (1 - v) * dy.reduce((s, d, i) => s + d * w[k][i], 0));
    for (let i = 0; i < dy.length; i++) gc[i] += dy[i];
    for (let k = 0; k < dh.length; k++) {
      gb[k] += dh[k];
      for (let i = 0; i < dy.length; i++) gW[k][i] += dh[k] * row[i] + h[k] * dy[i];
    }
  }
  return { W: tf.tensor2d(gW), b: tf.tensor1d(gb), c: tf.tensor1d(gc) };
}
