import * as tf from '@tensorflow/tfjs';
import { normals } from './random';

interface Layer {
  kernel: tf.Variable;
  bias: tf.Variable;
}

export interface Network {
  size: number;
  down: Layer[];
  heads: { mu: Layer; logVar: Layer };
  up: { first: Layer; rest: Layer[] };
}

const SIZE = 24;

function layer(shape: number[], units: number, fanIn: number, rng: () => number, gain = 1): Layer {
  const count = shape.reduce((a, b) => a * b, 1);
  const values = normals(count, rng).map((v) => v * Math.sqrt(gain / fanIn));
  return { kernel: tf.variable(tf.tensor(values, shape)), bias: tf.variable(tf.zeros([units])) };
}

export function newNetwork(rng: () => number): Network {
  return {
    size: SIZE,
    down: [layer([5, 5, 3, 32], 32, 75, rng), layer([5, 5, 32, 64], 64, 800, rng)],
    heads: { mu: layer([2304, SIZE], SIZE, 2304, rng), logVar: layer([2304, SIZE], SIZE, 2304, rng, 0.01) },
    up: {
      first: layer([SIZE, 8 * 8 * 32], 2048, SIZE, rng, 2),
      rest: [layer([4, 4, 24, 32], 24, 128, rng, 2), layer([4, 4, 3, 24], 3, 96, rng)],
    },
  };
}

export function variablesOf({ down, heads, up }: Network): tf.Variable[] {
  const layers = [...down, heads.mu, heads.logVar, up.first, ...up.rest];
  return layers.flatMap(({ kernel, bias }) => [kernel, bias]);
}

const linear = (x: tf.Tensor, { kernel, bias }: Layer) =>
  tf.matMul(x as tf.Tensor2D, kernel as unknown as tf.Tensor2D).add(bias);

export function encodeWith({ down, heads }: Network, x: tf.Tensor4D) {
  let h: tf.Tensor4D = x;
  for (const { kernel, bias } of down) h = tf.elu(tf.conv2d(h, kernel as unknown as tf.Tensor4D, 2, 'same').add(bias));
  // 8 × 8 → 6 × 6, to try a size that is no power of two
  const flat = tf.avgPool(h, 3, 1, 'valid').reshape([x.shape[0], 2304]);
  const raw = linear(flat, heads.logVar);
  return { mu: linear(flat, heads.mu), logVar: tf.tanh(raw.div(6)).mul(6) };
}

export function decodeWith({ up }: Network, z: tf.Tensor2D): tf.Tensor {
  let h = tf.elu(linear(z, up.first)).reshape([z.shape[0], 8, 8, 32]) as tf.Tensor4D;
  up.rest.forEach(({ kernel, bias }, i) => {
    const [, side] = h.shape;
    const out: [number, number, number, number] = [z.shape[0], 2 * side, 2 * side, bias.size];
    h = tf.conv2dTranspose(h, kernel as unknown as tf.Tensor4D, out, 2, 'same').add(bias);
    if (i + 1 < up.rest.length) h = tf.elu(h);
  });
  return tf.sigmoid(h);
}
