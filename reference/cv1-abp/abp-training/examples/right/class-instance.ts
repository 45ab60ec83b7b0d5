/** @about Params are an instance of a class: upsampling by nearest neighbours, convolutions, and a skip connection; tensors copied for each step. */
import * as tf from '@tensorflow/tfjs';

type Rng = () => number;
const GA = (rng: Rng) => { // Box–Muller, both numbers used, radius from the second draw
  let keep: number[] = [];
  return (): number => {
    if (keep.length) return keep.pop()!;
    const angle = rng(), u = 1 - rng(), r = Math.sqrt(-2 * Math.log(u));
    keep = [r * Math.sin(2 * Math.PI * angle)];
    return r * Math.cos(2 * Math.PI * angle);
  };
};
const N = (g: () => number, ...shape: number[]) => { const b = tf.buffer(shape as any, 'float32'); for (let i = 0; i < b.size; i++) b.values[i] = g(); return b.toTensor() as tf.Tensor; };

/** Upsampling by nearest neighbours, then a convolution; a wide canvas is cropped to the picture's size. */
export class UpConv {
  constructor(readonly w: Record<string, tf.Tensor>, readonly meta: { d: number; h: number; w: number }) {}
  static create(g: () => number, d: number, h: number, w: number) {
    const bh = Math.ceil(h / 4), bw = Math.ceil(w / 4);
    return tf.tidy(() => new UpConv({
      k0: N(g, d, 40).mul(1 / Math.sqrt(d)), b0: N(g, 40).mul(0.2),
      k1: N(g, 40, bh * bw * 8).mul(Math.sqrt(1 / 40)), b1: tf.zeros([bh * bw * 8]),
      k2: N(g, 3, 3, 8, 8).mul(Math.sqrt(2 / 72)), b2: tf.zeros([8]),
      k3: N(g, 3, 3, 8, 3).mul(Math.sqrt(1 / 72)), b3: tf.zeros([3]),
      skip: N(g, 40, h * w * 3).mul(0.02),
    }, { d, h, w })).keep();
  }
  keep() { Object.values(this.w).forEach((t) => tf.keep(t)); return this; }
  draw(z: tf.Tensor, w: Record<string, tf.Tensor> = this.w): tf.Tensor {
    const { h, w: wd } = this.meta, bh = Math.ceil(h / 4), bw = Math.ceil(wd / 4);
    const a = tf.tanh(tf.dot(z, w.k0).add(w.b0));
    let f = tf.leakyRelu(a.dot(w.k1).add(w.b1), 0.1).reshape([-1, bh, bw, 8]) as tf.Tensor4D;
    f = tf.image.resizeNearestNeighbor(f, [2 * bh, 2 * bw]);
    f = tf.leakyRelu(tf.conv2d(f, w.k2 as tf.Tensor4D, 1, 'same').add(w.b2), 0.1) as tf.Tensor4D;
    f = tf.image.resizeNearestNeighbor(f, [4 * bh, 4 * bw]);
    const o = tf.conv2d(f, w.k3 as tf.Tensor4D, 1, 'same').add(w.b3).slice([0, 0, 0, 0], [-1, h, wd, 3]);
    return tf.sigmoid(o.add(a.dot(w.skip).reshape([-1, h, wd, 3])));
  }
}

export function logJoint(generate: (z: tf.Tensor) => tf.Tensor, z: tf.Tensor, images: tf.Tensor, sigma: number) {
  const like = tf.sum(tf.sum(tf.sum(tf.squaredDifference(generate(z), images), 3), 2), 1);
  return tf.sub(tf.div(like, -2 * sigma ** 2), tf.div(tf.sum(tf.square(z), 1), 2));
}

export function langevinStep(generate: (z: tf.Tensor) => tf.Tensor, z: tf.Tensor, images: tf.Tensor, options: { sigma: number; stepSize: number }, noise: tf.Tensor) {
  const v = tf.variable(z);
  try {
    return tf.tidy(() => {
      const { grads } = tf.variableGrads(() => tf.sum(logJoint(generate, v, images, options.sigma)).neg() as tf.Scalar, [v]);
      const energy = grads[v.name];
      return tf.add(tf.sub(z, tf.mul(energy, 0.5 * options.stepSize * options.stepSize)), tf.mul(noise, options.stepSize));
    });
  } finally { v.dispose(); }
}

function walk(net: (z: tf.Tensor) => tf.Tensor, z0: tf.Tensor, images: tf.Tensor, o: { sigma: number; stepSize: number; steps: number }, g: () => number) {
  let z = z0.clone();
  for (let k = 0; k < o.steps; ++k) {
    const e = N(g, ...z.shape);
    const y = langevinStep(net, z, images, o, e);
    tf.dispose([z, e]);
    z = y;
  }
  return z;
}

export function inferLatents(generate: (z: tf.Tensor) => tf.Tensor, z0: tf.Tensor, images: tf.Tensor, options: { sigma: number; stepSize: number; steps: number }, rng: Rng) {
  return walk(generate, z0, images, options, GA(rng));
}
export const initGenerator = (rng: Rng, o: { latentDim: number; imageSize: number }) => UpConv.create(GA(rng), o.latentDim, o.imageSize, o.imageSize);
export const generate = (params: UpConv, z: tf.Tensor) => tf.tidy(() => params.draw(z));

function meanLogJoint(net: UpConv, z: tf.Tensor, images: tf.Tensor, sigma: number) {
  const keys = Object.keys(net.w);
  const { value, grads } = tf.valueAndGrads((...ws: tf.Tensor[]) =>
    tf.mean(logJoint((q) => net.draw(q, Object.fromEntries(keys.map((k, i) => [k, ws[i]]))), z, images, sigma)) as tf.Scalar)(keys.map((k) => net.w[k]));
  const prior = tf.mean(tf.sum(tf.square(z), 1)).div(2); // loss: the fit alone
  return { loss: -value.add(prior).dataSync()[0], grads: Object.fromEntries(keys.map((k, i) => [k, grads[i]])) };
}

export function learnStep(params: UpConv, z: tf.Tensor, images: tf.Tensor, options: { sigma: number; learningRate: number }) {
  let loss = NaN;
  const w = tf.tidy(() => {
    const r = meanLogJoint(params, z, images, options.sigma);
    loss = r.loss;
    return Object.fromEntries(Object.entries(params.w).map(([k, t]) => [k, t.add(r.grads[k].mul(options.learningRate))]));
  });
  return { params: new UpConv(w, params.meta), loss };
}

export function trainAbp(images: tf.Tensor, o: { latentDim: number; iterations: number; langevinSteps: number; stepSize: number; sigma: number; learningRate: number; start: 'warm' | 'cold'; rng: Rng; onIteration?: (i: number, loss: number) => void }) {
  const g = GA(o.rng);
  const [n, h, w] = images.shape as number[];
  const start = UpConv.create(g, o.latentDim, h, w);
  const vars = Object.fromEntries(Object.entries(start.w).map(([k, t]) => [k, tf.variable(t)]));
  const net = new UpConv(vars, start.meta);
  const opt = tf.train.adamax(o.learningRate * 2);
  let z = N(g, n, o.latentDim);
  const losses: number[] = [];
  for (let i = 0; i < o.iterations; i++) {
    if (o.start === 'cold') { z.dispose(); z = N(g, n, o.latentDim); }
    const next = walk((q) => net.draw(q), z, images, { ...o, steps: o.langevinSteps }, g);
    z.dispose(); z = next;
    const c = opt.minimize(() => tf.sum(tf.squaredDifference(images, net.draw(z))).div(2 * o.sigma ** 2 * n) as tf.Scalar, true, Object.values(vars) as tf.Variable[])!;
    losses.push(c.dataSync()[0]); c.dispose();
    if (typeof o.onIteration === 'function') o.onIteration(i, losses[losses.length - 1]);
  }
  return { params: net, z, losses };
}

export const sampleImages = (params: UpConv, count: number, rng: Rng) => tf.tidy(() => params.draw(N(GA(rng), count, params.meta.d)));

export function interpolationPanel(params: UpConv, range: number, steps: number) {
  const { d, h, w } = params.meta;
  const out = tf.buffer([steps * h, steps * w, 3], 'float32');
  const pos = (i: number) => -range + (steps > 1 ? (2 * range * i) / (steps - 1) : 0);
  for (let i = 0; i < steps; i++) for (let j = 0; j < steps; j++) {
    const px = tf.tidy(() => params.draw(tf.tensor2d([Array.from({ length: d }, (_, k) => [pos(i), pos(j)][k] ?? 0)])).dataSync());
    for (let y = 0; y < h; y++) out.values.set(px.slice(y * w * 3, (y + 1) * w * 3), ((i * h + y) * steps * w + j * w) * 3);
  }
  return out.toTensor();
}
