/**
 * @about Numbers kept as real float32 between the steps, in views onto one buffer; the blend x + m·(image − x).
 */
import * as tf from '@tensorflow/tfjs';

/** The numbers as float32 would keep them. */
function single(values: ArrayLike<number>): Float32Array {
  const view = new Float32Array(new ArrayBuffer(4 * values.length));
  for (let i = 0; i < values.length; i++) view[i] = values[i];
  return view;
}

const stored = (t: tf.Tensor): tf.Tensor => tf.tensor(Array.from(single(t.dataSync())), t.shape);

function network(layers: any[], input: tf.Tensor): tf.Tensor {
  let out = input;
  layers.forEach(({ kernel, bias }, l) => {
    out = tf.dot(out, kernel).add(bias);
    if (l < layers.length - 1) out = tf.relu(out);
  });
  return out;
}

function couple(layers: any[], x: tf.Tensor, maskConfig: number, reverse: boolean): tf.Tensor {
  const [n, D] = x.shape as [number, number];
  const grid = x.reshape([n, D / 2, 2]);
  const a = grid.slice([0, 0, 0], [n, D / 2, 1]).reshape([n, D / 2]);
  const b = grid.slice([0, 0, 1], [n, D / 2, 1]).reshape([n, D / 2]);
  const shift = network(layers, maskConfig === 1 ? b : a);
  const move = (t: tf.Tensor): tf.Tensor => (reverse ? t.sub(shift) : t.add(shift));
  return tf.stack(maskConfig === 1 ? [move(a), b] : [a, move(b)], -1).reshape([n, D]);
}

export function coupling(layers: any[], x: tf.Tensor, maskConfig: number, reverse: boolean) {
  return stored(couple(layers, x, maskConfig, reverse));
}

export function scaling(scale: tf.Tensor, x: tf.Tensor, reverse: boolean) {
  return { x: stored(x.mul((reverse ? scale.neg() : scale).exp())), logDet: stored(scale.sum()) };
}

function flow(model: any, x: tf.Tensor): tf.Tensor {
  return model.couplings.reduce((h: tf.Tensor, c: any[], i: number) => couple(c, h, (i + 1) % 2, false), x).mul(model.scale.exp());
}

export function niceForward(model: any, x: tf.Tensor) {
  return { z: stored(flow(model, x)), logDet: stored(model.scale.sum()) };
}

export function niceInverse(model: any, z: tf.Tensor) {
  let h: tf.Tensor = z.div(model.scale.exp());
  for (const i of [3, 2, 1, 0]) h = couple(model.couplings[i], h, (i + 1) % 2, true);
  return stored(h);
}

export function logProb(model: any, x: tf.Tensor) {
  const z = flow(model, x);
  return tf.softplus(z).add(tf.softplus(tf.neg(z))).sum(1).neg().add(model.scale.sum());
}

export function inpaint(model: any, image: tf.Tensor, mask: tf.Tensor, options: { steps: number; learningRate: number }) {
  const gradient = tf.grad((x: tf.Tensor) => logProb(model, x.expandDims(0)).sum());
  let x: tf.Tensor = image.clone();
  for (let i = 0; i < options.steps; i++) {
    const moved = tf.clipByValue(x.add(gradient(x).mul(options.learningRate)), 0, 1);
    x = stored(moved.add(mask.mul(image.sub(moved))));
  }
  return x;
}
