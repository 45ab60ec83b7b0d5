/**
 * @about The layers API with seeded initialisers, an async training loop over a shuffled list of digits, gradients by variableGrads.
 */
import * as tf from '@tensorflow/tfjs';

type Net = (batch: tf.Tensor) => tf.Tensor;

/** identity forward, minus backward */
function gradientReversal(t: tf.Tensor): tf.Tensor {
  const op = tf.customGrad((a) => ({ value: tf.mul(a as tf.Tensor, 1), gradFunc: (dy: tf.Tensor) => tf.mul(dy, -1) }));
  return op(t);
}

export function energyLoss(x: tf.Tensor, mask: tf.Tensor, z: tf.Tensor, gnet: Net, enet: Net) {
  return tf.tidy(() => {
    const m = mask.rank === 1 ? tf.tile(mask.expandDims(0), [x.shape[0]!, 1]) : mask;
    const guess = gradientReversal(gnet(z));
    const patched = tf.where(m.greater(0.5), guess, z);
    const difference = tf.squeeze(enet(patched), [1]).sub(tf.squeeze(enet(x), [1]));
    // binary cross-entropy with logits: -log sigmoid(a) = softplus(-a), by the formula that does not overflow
    return tf.losses.sigmoidCrossEntropy(tf.onesLike(difference), difference);
  });
}

interface Settings {
  iterations: number;
  batchSize: number;
  learningRate: number;
  rng: () => number;
}

export async function trainInpainting(images: tf.Tensor2D, settings: Settings): Promise<{ generate: Net }> {
  const { iterations, batchSize, learningRate, rng } = settings;
  const seed = () => Math.floor(rng() * 2 ** 31);
  const dense = (units: number, activation: 'relu' | 'sigmoid' | 'linear', inputShape?: number[]) =>
    tf.layers.dense({
      units,
      activation,
      kernelInitializer: tf.initializers.glorotUniform({ seed: seed() }),
      ...(inputShape ? { inputShape } : {}),
    });
  const generator = tf.sequential({ layers: [dense(128, 'relu', [784]), dense(784, 'sigmoid')] });
  const energy = tf.sequential({ layers: [dense(64, 'relu', [784]), dense(1, 'linear')] });
  const gnet: Net = (z) => generator.apply(z) as tf.Tensor;
  const enet: Net = (x) => energy.apply(x) as tf.Tensor;
  const optimizer = tf.train.rmsprop(learningRate);
  const rows = (await images.array()) as number[][];
  let order: number[] = [];
  for (let i = 0; i < iterations; i++) {
    const batch: number[][] = [];
    while (batch.length < batchSize) {
      if (order.length === 0) order = shuffled(rows.length, rng);
      batch.push(rows[order.pop()!]!);
    }
    const masks = batch.map(() => randomMask(rng));
    const x = tf.tensor2d(batch);
    const mask = tf.tensor2d(masks);
    const z = tf.tensor2d(batch.map((row, n) => row.map((v, k) => (masks[n]![k] === 1 ? 0 : v))));
    const { value, grads } = tf.variableGrads(() => {
      const reconstruction = tf.losses.meanSquaredError(x.mul(mask), gnet(z).mul(mask));
      return energyLoss(x, mask, z, gnet, enet).mul(0.05).add(reconstruction.mul(20)) as tf.Scalar;
    });
    optimizer.applyGradients(grads);
    tf.dispose([x, mask, z, value, grads]);
    await tf.nextFrame();
  }
  return { generate: (z) => generator.predict(z) as tf.Tensor };
}

function shuffled(n: number, rng: () => number): number[] {
  const list = [...Array(n).keys()];
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(rng() * (i + 1));
    [list[i], list[j]] = [list[j]!, list[i]!];
  }
  return list;
}

function randomMask(rng: () => number): number[] {
  const mask = new Array<number>(784).fill(0);
  const j = Math.floor(rng() * 9) - 4;
  const k = Math.floor(rng() * 9) - 4;
  for (let a = 0; a < 6; a++) for (let b = 0; b < 6; b++) mask[(11 + j + a) * 28 + 11 + k + b] = 1;
  return mask;
}
