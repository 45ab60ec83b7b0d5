/**
 * @mistake The value is safe from overflow, and its gradient is not: exp of a large energy is infinite, and infinity divided by infinity, or multiplied by 0, gives NaN.
 * @hint Take a form that never computes exp of a large number, neither in a backward rule of your own nor in the branch that tf.where leaves out: tf.sigmoid(d) is the slope, tf.softplus(d) has it.
 * @expect large-energies-gradient wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

type Net = (batch: tf.Tensor) => tf.Tensor;
interface Options {
  iterations: number;
  batchSize: number;
  learningRate: number;
  rng: () => number;
}

const reverseGradient = tf.customGrad((x) => ({
  value: (x as tf.Tensor).clone(),
  gradFunc: (dy: tf.Tensor) => dy.neg(),
}));

export function energyLoss(x: tf.Tensor, mask: tf.Tensor, z: tf.Tensor, gnet: Net, enet: Net): tf.Tensor {
  const filled = reverseGradient(gnet(z));
  const xHat = z.mul(tf.sub(1, mask)).add(filled.mul(mask));
  const d = enet(x).sub(enet(xHat));
  const large = tf.tensor(
    Array.from(d.dataSync(), (v) => v > 30),
    d.shape,
    'bool',
  );
  return tf.where(large, d, d.exp().add(1).log()).mean();
}

function linear(inputs: number, outputs: number, rng: () => number): { w: tf.Variable; b: tf.Variable } {
  const limit = Math.sqrt(6 / (inputs + outputs));
  const values = Array.from({ length: inputs * outputs }, () => limit * (2 * rng() - 1));
  return { w: tf.variable(tf.tensor2d(values, [inputs, outputs])), b: tf.variable(tf.zeros([outputs])) };
}

function makeHoles(n: number, rng: () => number): tf.Tensor {
  const mask = tf.buffer([n, 28, 28]);
  for (let i = 0; i < n; i++) {
    const top = 7 + Math.floor(rng() * 9);
    const left = 7 + Math.floor(rng() * 9);
    for (let r = 0; r < 6; r++) for (let c = 0; c < 6; c++) mask.set(1, i, top + r, left + c);
  }
  return mask.toTensor().reshape([n, 784]);
}

export function trainInpainting(images: tf.Tensor, options: Options): { generate: Net } {
  const { iterations, batchSize, learningRate, rng } = options;
  const layers = { g1: linear(784, 48, rng), g2: linear(48, 784, rng), e1: linear(784, 24, rng), e2: linear(24, 1, rng) };
  const apply = (x: tf.Tensor, { w, b }: { w: tf.Variable; b: tf.Variable }) => tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D).add(b);
  const generate: Net = (z) => tf.tidy(() => apply(apply(z, layers.g1).relu(), layers.g2).sigmoid());
  const energy: Net = (x) => apply(apply(x, layers.e1).tanh(), layers.e2);
  const optimizer = tf.train.adam(learningRate);
  for (let step = 0; step < iterations; step++) {
    const picked = Array.from({ length: batchSize }, () => Math.floor(rng() * images.shape[0]!));
    const x = tf.gather(images, tf.tensor1d(picked, 'int32'));
    const mask = makeHoles(batchSize, rng);
    const z = x.mul(tf.sub(1, mask));
    optimizer.minimize(() => {
      const difference = generate(z).sub(x).mul(mask);
      const squared = difference.square().sum().div(36 * batchSize);
      return energyLoss(x, mask, z, generate, energy).add(squared.mul(20)).asScalar();
    });
    tf.dispose([x, mask, z]);
  }
  return { generate };
}
