/**
 * @about Own back-propagation on typed arrays, picture by picture, without automatic differentiation: one hidden layer of 48 on each side, 10 numbers a code.
 */
import * as tf from '@tensorflow/tfjs';

const IN = 3072;
const HID = 48;
const K = 10;

interface Layer {
  w: Float32Array;
  b: Float32Array;
  inputs: number;
  outputs: number;
}

type Net = { enc: Layer; mu: Layer; lv: Layer; dec: Layer; out: Layer };

const NAMES = ['enc', 'mu', 'lv', 'dec', 'out'] as const;

function normal(rng: () => number): number {
  let u = 0;
  while (u === 0) u = rng();
  return Math.sqrt(-2 * Math.log(u)) * Math.sin(2 * Math.PI * rng());
}

function makeLayer(inputs: number, outputs: number, sd: number, rng: () => number): Layer {
  const w = new Float32Array(inputs * outputs);
  for (let i = 0; i < w.length; i++) w[i] = sd * normal(rng);
  return { w, b: new Float32Array(outputs), inputs, outputs };
}

export function initVae(rng: () => number): Net {
  return {
    enc: makeLayer(IN, HID, Math.sqrt(2 / IN), rng),
    mu: makeLayer(HID, K, Math.sqrt(1 / HID), rng),
    lv: makeLayer(HID, K, 0.05, rng),
    dec: makeLayer(K, HID, Math.sqrt(2 / K), rng),
    out: makeLayer(HID, IN, Math.sqrt(1 / HID), rng),
  };
}

/** w is stored output by output. */
function apply(layer: Layer, x: Float32Array): Float32Array {
  const { w, b, inputs, outputs } = layer;
  const y = new Float32Array(outputs);
  for (let o = 0; o < outputs; o++) {
    let s = b[o]!;
    const row = o * inputs;
    for (let i = 0; i < inputs; i++) s += w[row + i]! * x[i]!;
    y[o] = s;
  }
  return y;
}

/** Adds the gradients of the layer, and gives back the one in its input. */
function back(layer: Layer, into: Layer, x: Float32Array, dy: Float32Array, wantInput = true): Float32Array {
  const { w, inputs, outputs } = layer;
  const dx = new Float32Array(inputs);
  for (let o = 0; o < outputs; o++) {
    const g = dy[o]!;
    into.b[o]! += g;
    if (g === 0) continue;
    const row = o * inputs;
    for (let i = 0; i < inputs; i++) into.w[row + i]! += g * x[i]!;
    if (wantInput) for (let i = 0; i < inputs; i++) dx[i]! += g * w[row + i]!;
  }
  return dx;
}

const relu = (x: Float32Array) => x.map((v) => (v > 0 ? v : 0));
const sigmoid = (x: Float32Array) => x.map((v) => 1 / (1 + Math.exp(-v)));

function pictureRows(x: tf.Tensor): Float32Array[] {
  const data = x.dataSync() as Float32Array;
  return Array.from({ length: data.length / IN }, (_, n) => data.slice(n * IN, (n + 1) * IN));
}

export function encode(params: Net, x: tf.Tensor) {
  const codes = pictureRows(x).map((row) => {
    const h = relu(apply(params.enc, row));
    return { mu: apply(params.mu, h), lv: apply(params.lv, h) };
  });
  const stack = (list: Float32Array[]) => tf.tensor2d(list.flatMap((one) => [...one]), [list.length, K]);
  return { mu: stack(codes.map((c) => c.mu)), logVar: stack(codes.map((c) => c.lv)) };
}

function decodeRow(params: Net, z: Float32Array): Float32Array {
  return sigmoid(apply(params.out, relu(apply(params.dec, z))));
}

function toPictures(list: Float32Array[]): tf.Tensor {
  const data = new Float32Array(list.length * IN);
  list.forEach((one, i) => {
    data.set(one, i * IN);
  });
  return tf.tensor(data, [list.length, 32, 32, 3]);
}

export function decode(params: Net, z: tf.Tensor) {
  const data = z.dataSync() as Float32Array;
  const k = z.shape[1]!;
  return toPictures(Array.from({ length: z.shape[0]! }, (_, i) => decodeRow(params, data.slice(i * k, (i + 1) * k))));
}

export function reparameterize(mu: tf.Tensor, logVar: tf.Tensor, eps: tf.Tensor) {
  const [m, l, e] = [mu.dataSync(), logVar.dataSync(), eps.dataSync()];
  const z = Array.from(m, (v, i) => v + Math.exp(0.5 * l[i]!) * e[i]!);
  return tf.tensor(z, mu.shape);
}

/** The one function that is differentiated through keeps to tensors. */
export function negativeElbo(x: tf.Tensor, xHat: tf.Tensor, mu: tf.Tensor, logVar: tf.Tensor): tf.Tensor {
  const n = mu.shape[0]!;
  const one = tf.scalar(1);
  const kl = mu.mul(mu).add(logVar.exp()).sub(logVar).sub(one).sum();
  const gap = xHat.sub(x);
  return gap.mul(gap).sum().add(kl).mul(0.5 / n);
}

export function trainVae(
  images: tf.Tensor,
  options: {
    epochs: number;
    batchSize: number;
    learningRate: number;
    rng: () => number;
    onEpoch?: (epoch: number, loss: number) => void;
  },
) {
  const { epochs, batchSize, learningRate, rng, onEpoch } = options;
  const net = initVae(rng);
  const zero = (l: Layer): Layer => ({ ...l, w: new Float32Array(l.w.length), b: new Float32Array(l.b.length) });
  const like = (): Net => Object.fromEntries(NAMES.map((name) => [name, zero(net[name])])) as unknown as Net;
  const [first, second] = [like(), like()];
  const rows = pictureRows(images);
  const losses: number[] = [];
  let t = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = rows.map((_, i) => i);
    for (let i = 0; i < order.length - 1; i++) {
      const j = i + Math.floor(rng() * (order.length - i));
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    let sum = 0;
    for (let from = 0; from < order.length; from += batchSize) {
      const batch = order.slice(from, from + batchSize);
      const grads = like();
      for (const index of batch) {
        const x = rows[index]!;
        const h = relu(apply(net.enc, x));
        const mu = apply(net.mu, h);
        const lv = apply(net.lv, h);
        const eps = mu.map(() => normal(rng));
        const sd = lv.map((v) => Math.exp(v / 2));
        const z = mu.map((m, i) => m + sd[i]! * eps[i]!);
        const d = relu(apply(net.dec, z));
        const y = sigmoid(apply(net.out, d));
        const dy = new Float32Array(IN);
        for (let i = 0; i < IN; i++) {
          const gap = y[i]! - x[i]!;
          sum += gap ** 2 / 2;
          dy[i] = gap * y[i]! * (1 - y[i]!);
        }
        for (let i = 0; i < K; i++) sum += (mu[i]! ** 2 + sd[i]! ** 2 - 1 - lv[i]!) / 2;
        const dd = back(net.out, grads.out, d, dy);
        const dz = back(net.dec, grads.dec, z, dd.map((g, i) => (d[i]! > 0 ? g : 0)));
        const dmu = dz.map((g, i) => g + mu[i]!);
        const dlv = dz.map((g, i) => (g * eps[i]! * sd[i]!) / 2 + (sd[i]! ** 2 - 1) / 2);
        const h1 = back(net.mu, grads.mu, h, dmu);
        const h2 = back(net.lv, grads.lv, h, dlv);
        back(net.enc, grads.enc, x, h1.map((g, i) => (h[i]! > 0 ? g + h2[i]! : 0)), false);
      }
      t += 1;
      for (const name of NAMES) {
        for (const part of ['w', 'b'] as const) {
          const [p, g, m, v] = [net[name][part], grads[name][part], first[name][part], second[name][part]];
          const c1 = 1 - 0.9 ** t;
          const c2 = 1 - 0.999 ** t;
          for (let i = 0; i < p.length; i++) {
            const gi = g[i]! / batch.length;
            m[i] = 0.9 * m[i]! + 0.1 * gi;
            v[i] = 0.999 * v[i]! + 0.001 * gi * gi;
            p[i]! -= (learningRate * (m[i]! / c1)) / (Math.sqrt(v[i]! / c2) + 1e-7);
          }
        }
      }
    }
    losses.push(sum / rows.length);
    onEpoch?.(epoch, losses[epoch]!);
  }
  return { params: net, losses };
}

export function attributeDirection(params: Net, withIt: tf.Tensor, without: tf.Tensor) {
  const average = (x: tf.Tensor) => {
    const codes = encode(params, x).mu.arraySync() as number[][];
    return Array.from({ length: K }, (_, j) => codes.reduce((s, c) => s + c[j]!, 0) / codes.length);
  };
  const [a, b] = [average(withIt), average(without)];
  return tf.tensor1d(a.map((v, j) => v - b[j]!));
}

export function manipulate(params: Net, x: tf.Tensor, direction: tf.Tensor, strength: number) {
  const step = direction.dataSync();
  const codes = encode(params, x).mu.arraySync() as number[][];
  const changed = codes.map((c) => decodeRow(params, Float32Array.from(c, (v, j) => v + strength * step[j]!)));
  return toPictures(changed).reshape(x.shape);
}

export function interpolate(params: Net, xa: tf.Tensor, xb: tf.Tensor, count: number) {
  const [a] = encode(params, xa).mu.arraySync() as number[][];
  const [b] = encode(params, xb).mu.arraySync() as number[][];
  const frames = Array.from({ length: count }, (_, i) => {
    const t = i / Math.max(1, count - 1);
    return decodeRow(params, Float32Array.from(a!, (v, j) => v + t * (b![j]! - v)));
  });
  return toPictures(frames);
}
