/**
 * @about Convolutions of 32 and 64 channels with ELU, RMSProp, logVar bounded softly, several files, nested records as params.
 */
import * as tf from '@tensorflow/tfjs';
import { decodeWith, encodeWith, type Network, newNetwork, variablesOf } from './network';
import { batches, normals } from './random';

export { negativeElbo, reparameterize } from './objective';
import { negativeElbo, reparameterize } from './objective';

export function initVae(rng: () => number): Network {
  return newNetwork(rng);
}

export async function encode(params: Network, x: tf.Tensor) {
  return tf.tidy(() => encodeWith(params, x as tf.Tensor4D));
}

export async function decode(params: Network, z: tf.Tensor) {
  return tf.tidy(() => decodeWith(params, z as tf.Tensor2D));
}

export async function trainVae(
  images: tf.Tensor4D,
  options: {
    epochs: number;
    batchSize: number;
    learningRate: number;
    rng: () => number;
    onEpoch?: (epoch: number, loss: number) => void;
  },
) {
  const params = newNetwork(options.rng);
  const variables = variablesOf(params);
  const optimizer = tf.train.rmsprop(options.learningRate / 2, 0.9);
  const losses: number[] = [];
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    const perBatch: { loss: number; size: number }[] = [];
    for (const rows of batches(images.shape[0], options.batchSize, options.rng)) {
      const size = rows.length;
      const x = tf.concat(rows.map((row) => images.slice([row, 0, 0, 0], [1, 32, 32, 3])));
      const eps = tf.tensor2d(normals(size * params.size, options.rng), [size, params.size]);
      const cost = optimizer.minimize(
        () => {
          const { mu, logVar } = encodeWith(params, x);
          const xHat = decodeWith(params, reparameterize(mu, logVar, eps) as tf.Tensor2D);
          return negativeElbo(x, xHat, mu, logVar);
        },
        true,
        variables,
      )!;
      perBatch.push({ loss: (await cost.array()) as number, size });
      tf.dispose([x, eps, cost]);
    }
    const loss = perBatch.reduce((sum, b) => sum + b.loss * b.size, 0) / images.shape[0];
    losses.push(loss);
    options.onEpoch?.(epoch + 1, loss);
  }
  optimizer.dispose();
  return { params, losses };
}

export async function attributeDirection(params: Network, withIt: tf.Tensor, without: tf.Tensor) {
  const [a, b] = await Promise.all([encode(params, withIt), encode(params, without)]);
  return tf.moments(a.mu, 0).mean.sub(tf.moments(b.mu, 0).mean);
}

export async function manipulate(params: Network, x: tf.Tensor, direction: tf.Tensor, strength: number) {
  const batch = x.rank === 4 ? x : x.expandDims();
  const { mu } = await encode(params, batch);
  const pictures = await decode(params, mu.add(direction.reshape([1, -1]).mul(strength)));
  return x.rank === 4 ? pictures : pictures.squeeze([0]);
}

export async function interpolate(params: Network, xa: tf.Tensor, xb: tf.Tensor, count: number) {
  const { mu } = await encode(params, tf.stack([xa, xb]));
  const [[...a], [...b]] = (await mu.array()) as [number[], number[]];
  const codes = [];
  for (let i = 0; i < count; i++) {
    const t = count === 1 ? 0 : i / (count - 1);
    codes.push(a.map((v, j) => v * (1 - t) + b[j]! * t));
  }
  return decode(params, tf.tensor2d(codes));
}
