/**
 * @about Loops over arrays with an own back-propagation; logProb carries its rule of differentiation by tf.customGrad; async.
 */
import * as tf from '@tensorflow/tfjs';

interface Layer {
  w: number[][];
  b: number[];
}

async function readLayers(layers: any[]): Promise<Layer[]> {
  const out: Layer[] = [];
  for (const l of layers) out.push({ w: (await l.kernel.array()) as number[][], b: (await l.bias.array()) as number[] });
  return out;
}

const readLayersSync = (layers: any[]): Layer[] => layers.map((l) => ({ w: l.kernel.arraySync(), b: l.bias.arraySync() }));

/** Activations of every layer, the input first. */
function forwardNet(layers: Layer[], input: number[]): number[][] {
  const acts = [input];
  layers.forEach(({ w, b }, l) => {
    const from = acts[l];
    const to = b.slice();
    for (let i = 0; i < from.length; i++) for (let j = 0; j < to.length; j++) to[j] += from[i] * w[i][j];
    acts.push(l < layers.length - 1 ? to.map((v) => (v > 0 ? v : 0)) : to);
  });
  return acts;
}

function backwardNet(layers: Layer[], acts: number[][], dy: number[]): number[] {
  let d = dy;
  for (let l = layers.length - 1; l >= 0; l--) {
    const { w } = layers[l];
    d = acts[l].map((_, i) => {
      let s = 0;
      for (let j = 0; j < d.length; j++) s += w[i][j] * d[j];
      return l > 0 && acts[l][i] === 0 ? 0 : s;
    });
  }
  return d;
}

/** One row, in place; which = 1: the second of each pair is the network's input. Returns the activations. */
function couple(layers: Layer[], row: number[], which: number, sign: number): number[][] {
  const input = row.filter((_, k) => k % 2 === which);
  const acts = forwardNet(layers, input);
  acts[acts.length - 1].forEach((m, p) => {
    row[2 * p + (1 - which)] += sign * m;
  });
  return acts;
}

export async function coupling(layers: any[], x: tf.Tensor, maskConfig: 0 | 1, reverse: boolean) {
  const net = await readLayers(layers);
  const rows = (await x.array()) as number[][];
  for (const row of rows) couple(net, row, maskConfig, reverse ? -1 : 1);
  return tf.tensor2d(rows, x.shape as [number, number]);
}

export async function scaling(scale: tf.Tensor, x: tf.Tensor, reverse: boolean) {
  const s = (await scale.array()) as number[];
  const rows = (await x.array()) as number[][];
  const out = rows.map((row) => row.map((v, k) => v * Math.exp(reverse ? -s[k] : s[k])));
  let logDet = 0;
  for (const v of s) logDet += v;
  return { x: tf.tensor2d(out, x.shape as [number, number]), logDet };
}

export async function niceForward(model: any, x: tf.Tensor) {
  let h = x;
  for (let i = 0; i < model.couplings.length; i++) h = await coupling(model.couplings[i], h, i % 2 === 0 ? 1 : 0, false);
  const { x: z, logDet } = await scaling(model.scale, h, false);
  return { z, logDet };
}

export async function niceInverse(model: any, z: tf.Tensor) {
  let h: tf.Tensor = (await scaling(model.scale, z, true)).x;
  for (let i = model.couplings.length - 1; i >= 0; i--) h = await coupling(model.couplings[i], h, i % 2 === 0 ? 1 : 0, true);
  return h;
}

interface Plain {
  nets: Layer[][];
  s: number[];
}

/** log p and its gradient at one point. */
function valueAndSlope({ nets, s }: Plain, x: number[]): { value: number; slope: number[] } {
  const y = x.slice();
  const tapes = nets.map((net, i) => couple(net, y, i % 2 === 0 ? 1 : 0, 1));
  let value = 0;
  const d = y.map((v, k) => {
    const z = v * Math.exp(s[k]);
    const a = Math.abs(z);
    value += s[k] - a - 2 * Math.log(1 + Math.exp(-a));
    // d/dz log p = 1 − 2 sigmoid(z)
    const sigmoid = z >= 0 ? 1 / (1 + Math.exp(-a)) : Math.exp(-a) / (1 + Math.exp(-a));
    return (1 - 2 * sigmoid) * Math.exp(s[k]);
  });
  for (let i = nets.length - 1; i >= 0; i--) {
    const which = i % 2 === 0 ? 1 : 0;
    const dm = d.filter((_, k) => k % 2 !== which);
    backwardNet(nets[i], tapes[i], dm).forEach((v, p) => {
      d[2 * p + which] += v;
    });
  }
  return { value, slope: d };
}

export function logProb(model: any, x: tf.Tensor): tf.Tensor {
  const plain = { nets: model.couplings.map(readLayersSync), s: model.scale.arraySync() as number[] };
  const op = tf.customGrad((input: any) => {
    const found = (input.arraySync() as number[][]).map((row) => valueAndSlope(plain, row));
    const slopes = found.map(({ slope }) => slope);
    return {
      value: tf.tensor1d(found.map(({ value }) => value)),
      gradFunc: (dy: tf.Tensor) => tf.mul(tf.reshape(dy, [-1, 1]), tf.tensor2d(slopes)),
    };
  });
  return op(x);
}

export async function inpaint(model: any, image: tf.Tensor, mask: tf.Tensor, options: { steps: number; learningRate: number }) {
  const plain = { nets: model.couplings.map(readLayersSync), s: (await model.scale.array()) as number[] };
  const start = (await image.array()) as number[];
  const known = (await mask.array()) as number[];
  let x = start.slice();
  for (let t = 0; t < options.steps; t++) {
    const { slope } = valueAndSlope(plain, x);
    x = x.map((v, k) => (known[k] ? start[k] : Math.min(1, Math.max(0, v + options.learningRate * slope[k]))));
  }
  return tf.tensor1d(x);
}
