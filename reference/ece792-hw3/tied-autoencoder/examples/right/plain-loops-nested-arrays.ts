/**
 * @about Loops over plain arrays, one input of the batch after the other; results are nested arrays and a number.
 */
import * as tf from '@tensorflow/tfjs';

const sigmoid = (a: number): number => 1 / (1 + Math.exp(-a));

interface Pass {
  h: number[];
  y: number[];
}

function pass(W: number[][], b: number[], c: number[], x: number[]): Pass {
  const h = W.map((row, k) => sigmoid(b[k] + row.reduce((s, w, i) => s + w * x[i], 0)));
  const y = c.map((bias, i) => sigmoid(bias + h.reduce((s, value, k) => s + W[k][i] * value, 0)));
  return { h, y };
}

const read = (W: tf.Tensor, b: tf.Tensor, c: tf.Tensor, x: tf.Tensor) =>
  [W.arraySync(), b.arraySync(), c.arraySync(), x.arraySync()] as [number[][], number[], number[], number[][]];

export function tiedLoss(W: tf.Tensor, b: tf.Tensor, c: tf.Tensor, x: tf.Tensor): number {
  const [w, bs, cs, rows] = read(W, b, c, x);
  let total = 0;
  for (const row of rows) {
    const { y } = pass(w, bs, cs, row);
    y.forEach((value, i) => {
      total += (row[i] - value) ** 2;
    });
  }
  return total / rows.length;
}

export function tiedGradients(W: tf.Tensor, b: tf.Tensor, c: tf.Tensor, x: tf.Tensor) {
  const [w, bs, cs, rows] = read(W, b, c, x);
  const gW = w.map((row) => row.map(() => 0));
  const gb = bs.map(() => 0);
  const gc = cs.map(() => 0);
  for (const row of rows) {
    const { h, y } = pass(w, bs, cs, row);
    const dy = y.map((value, i) => ((2 * (value - row[i])) / rows.length) * value * (1 - value));
    const dh = h.map((value, k) => value * (1 - value) * dy.reduce((s, delta, i) => s + delta * w[k][i], 0));
    dy.forEach((delta, i) => {
      gc[i] += delta;
    });
    dh.forEach((delta, k) => {
      gb[k] += delta;
      for (let i = 0; i < row.length; i++) gW[k][i] += delta * row[i] + dy[i] * h[k];
    });
  }
  return { W: gW, b: gb, c: gc };
}
