import * as tf from '@tensorflow/tfjs';
import { normals } from './noise';

export interface Params {
  latentDim: number;
  imageSize: number;
  layers: { kernel: tf.Tensor; bias: tf.Tensor }[];
}

const WIDTH = 24;
const WAVES = [1, 2, 4];

export function start(rng: () => number, latentDim: number, imageSize: number): Params {
  const sizes = [latentDim + 2 + 4 * WAVES.length, WIDTH, WIDTH, 3];
  const layers = sizes.slice(1).map((size, i) => ({
    kernel: normals(rng, [sizes[i]!, size]).mul(1.2 / Math.sqrt(sizes[i]!)),
    bias: tf.zeros([size]),
  }));
  return { latentDim, imageSize, layers };
}

/** The same with variables of its own. */
export function copy(params: Params): Params {
  const layers = params.layers.map(({ kernel, bias }) => ({ kernel: tf.variable(kernel), bias: tf.variable(bias) }));
  return { ...params, layers };
}

/** x, y, and their sines and cosines, [side², 2 + 4·waves]. */
function features(side: number): tf.Tensor {
  const rows: number[][] = [];
  for (let i = 0; i < side; i++) {
    for (let j = 0; j < side; j++) {
      const [y, x] = [-1 + (2 * i + 1) / side, -1 + (2 * j + 1) / side];
      const waves = WAVES.flatMap((k) => [x, y].flatMap((t) => [Math.sin(Math.PI * k * t), Math.cos(Math.PI * k * t)]));
      rows.push([x, y, ...waves]);
    }
  }
  return tf.tensor2d(rows);
}

/** [n, d] → [n, side, side, 3] */
export function paint({ layers, imageSize: side }: Params, z: tf.Tensor): tf.Tensor {
  const [n, d] = z.shape as [number, number];
  const [first, ...rest] = layers;
  // Latents and coordinates meet in the first layer only: what either gives is computed once.
  const ofLatents = tf.matMul(z as tf.Tensor2D, first!.kernel.slice([0, 0], [d, -1]) as tf.Tensor2D);
  const ofPlaces = tf.matMul(features(side) as tf.Tensor2D, first!.kernel.slice([d, 0], [-1, -1]) as tf.Tensor2D);
  let x: tf.Tensor = ofLatents.expandDims(1).add(ofPlaces.expandDims(0)).add(first!.bias).tanh().reshape([n * side * side, -1]);
  rest.forEach(({ kernel, bias }, i) => {
    const sum = tf.matMul(x as tf.Tensor2D, kernel as tf.Tensor2D).add(bias);
    x = i === rest.length - 1 ? sum.sigmoid() : sum.tanh();
  });
  return x.reshape([n, side, side, 3]);
}
