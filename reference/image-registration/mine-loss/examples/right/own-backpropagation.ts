/**
 * @about Plain arrays and an own back-propagation behind tf.customGrad; rejection of rows that were drawn; nested arrays.
 */
import * as tf from '@tensorflow/tfjs';

type M = number[][];
interface Params { w1: tf.Tensor; b1: tf.Tensor; w2: tf.Tensor; b2: tf.Tensor; w3: tf.Tensor; b3: tf.Tensor }

const mul = (a: M, b: M): M => a.map((r) => b[0].map((_, j) => r.reduce((s, v, k) => s + v * b[k][j], 0)));
const T = (a: M): M => a[0].map((_, j) => a.map((r) => r[j]));
const columnSums = (a: M): number[] => a[0].map((_, j) => a.reduce((s, r) => s + r[j], 0));
const elu = (v: number) => (v >= 0 ? v : Math.expm1(v));
const slope = (v: number) => (v >= 0 ? 1 : Math.exp(v));

interface Weights { w1: M; b1: number[]; w2: M; b2: number[]; w3: M; b3: number[] }

function read(tensors: tf.Tensor[]): Weights {
  const [w1, b1, w2, b2, w3, b3] = tensors.map((t) => t.arraySync() as any);
  return { w1, b1, w2, b2, w3, b3 };
}

function forward(w: Weights, x: M) {
  const plus = (a: M, b: number[]): M => a.map((r) => r.map((v, j) => v + b[j]));
  const a1 = plus(mul(x, w.w1), w.b1);
  const h1 = a1.map((r) => r.map(elu));
  const a2 = plus(mul(h1, w.w2), w.b2);
  const h2 = a2.map((r) => r.map(elu));
  return { a1, h1, a2, h2, out: plus(mul(h2, w.w3), w.b3).map((r) => r[0]) };
}

/** Gradients in the order of the parameters, for the derivative `dy` of the loss by each output. */
function backward(w: Weights, x: M, dy: number[]): (M | number[])[] {
  const { a1, h1, a2, h2 } = forward(w, x);
  const d3: M = dy.map((v) => [v]);
  const through = (d: M, weights: M, a: M): M => mul(d, T(weights)).map((r, i) => r.map((v, j) => v * slope(a[i][j])));
  const d2 = through(d3, w.w3, a2);
  const d1 = through(d2, w.w2, a1);
  return [mul(T(x), d1), columnSums(d1), mul(T(h1), d2), columnSums(d2), mul(T(h2), d3), columnSums(d3)];
}

const listOf = (p: Params) => [p.w1, p.b1, p.w2, p.b2, p.w3, p.b3];
const tensors = (list: (M | number[])[]) => list.map((g) => tf.tensor(g as any));

export function mineCritic(params: Params, x: tf.Tensor): tf.Tensor {
  const rows = x.arraySync() as M;
  return tf.customGrad((...inputs: any[]) => {
    const w = read(inputs.slice(0, 6));
    return {
      value: tf.tensor2d(forward(w, rows).out.map((v) => [v])) as tf.Tensor,
      gradFunc: (dy: tf.Tensor) => tensors(backward(w, rows, Array.from(dy.dataSync()))),
    };
  })(...listOf(params));
}

export function sampleBatch(data: tf.Tensor, batchSize: number, mode: 'joint' | 'marginal', rng: () => number): M {
  const rows = data.arraySync() as M;
  const draw = (): number[] => {
    const seen = new Set<number>();
    while (seen.size < batchSize) seen.add(Math.floor(rng() * rows.length));
    return [...seen];
  };
  const left = draw();
  const right = mode === 'joint' ? left : draw();
  const c = rows[0].length / 2;
  return left.map((row, k) => [...rows[row].slice(0, c), ...rows[right[k]].slice(c)]);
}

export function mineLoss(params: Params, joint: tf.Tensor, marginal: tf.Tensor): tf.Tensor {
  const [xj, xm] = [joint.arraySync() as M, marginal.arraySync() as M];
  return tf.customGrad((...inputs: any[]) => {
    const w = read(inputs.slice(0, 6));
    const [tj, tm] = [forward(w, xj).out, forward(w, xm).out];
    const top = Math.max(...tm);
    const weights = tm.map((v) => Math.exp(v - top));
    const total = weights.reduce((a, b) => a + b, 0);
    const loss = top + Math.log(total / tm.length) - tj.reduce((a, b) => a + b, 0) / tj.length;
    return {
      value: tf.scalar(loss) as tf.Tensor,
      gradFunc: (dy: tf.Tensor) => {
        const by = dy.dataSync()[0];
        const fromJoint = backward(w, xj, tj.map(() => -by / tj.length));
        const fromMarginal = backward(w, xm, weights.map((v) => (by * v) / total));
        return tensors(fromJoint).map((g, i) => g.add(tensors(fromMarginal)[i]));
      },
    };
  })(...listOf(params));
}
