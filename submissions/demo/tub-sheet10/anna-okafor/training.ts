import * as tf from '@tensorflow/tfjs';
import { adversarialLoss } from './losses';

type Net = (batch: tf.Tensor) => tf.Tensor;

export interface TrainOptions {
  iterations: number;
  batchSize: number;
  learningRate: number;
  rng: () => number;
}

export async function train(images: tf.Tensor, { iterations, batchSize, learningRate, rng }: TrainOptions) {
  const total = images.shape[0]!;
  // everything random about the batches first
  const plan = Array.from({ length: iterations }, () => ({
    rows: Array.from({ length: batchSize }, () => Math.min(total - 1, Math.floor(rng() * total))),
    holes: Array.from({ length: batchSize }, () => [7 + Math.floor(rng() * 9), 7 + Math.floor(rng() * 9)] as const),
  }));
  const weight = (rows: number, columns: number, size: number) =>
    tf.variable(tf.tensor2d(Float32Array.from({ length: rows * columns }, () => (rng() + rng() + rng() - 1.5) * size), [rows, columns]));
  const bias = (columns: number) => tf.variable(tf.zeros([1, columns]));
  const g = [weight(784, 100, 0.08), bias(100), weight(100, 784, 0.02), bias(784)];
  const e = [weight(784, 50, 0.05), bias(50), weight(50, 1, 0.1), bias(1)];
  const mean = tf.keep(tf.tidy(() => images.mean(0, true)));
  const dense = (x: tf.Tensor, w: tf.Variable, b: tf.Variable) => x.dot(w).add(b);
  const gnet: Net = (z) => mean.add(dense(tf.elu(dense(z, g[0]!, g[1]!)), g[2]!, g[3]!));
  const enet: Net = (x) => dense(tf.elu(dense(x, e[0]!, e[1]!)), e[2]!, e[3]!);
  const optimizer = tf.train.adam(learningRate, 0.5, 0.99);
  for (const { rows, holes } of plan) {
    tf.tidy(() => {
      const x = images.gather(rows);
      const mask = tf.tensor(holes.map(([top, left]) => square(top, left)));
      const z = x.mul(tf.scalar(1).sub(mask));
      const cost = () =>
        adversarialLoss(x, mask, z, gnet, enet).add(gnet(z).sub(x).mul(mask).abs().sum().div(batchSize * 36).mul(10)) as tf.Scalar;
      const { grads } = tf.variableGrads(cost, [...g, ...e]);
      optimizer.applyGradients(grads);
    });
  }
  return { generate: (z: tf.Tensor) => tf.tidy(() => gnet(z)) };
}

function square(top: number, left: number): number[] {
  return Array.from({ length: 784 }, (_, k) => {
    const [row, column] = [Math.floor(k / 28), k % 28];
    return row >= top && row < top + 6 && column >= left && column < left + 6 ? 1 : 0;
  });
}
