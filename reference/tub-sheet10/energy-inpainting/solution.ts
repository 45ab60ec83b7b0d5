import * as tf from '@tensorflow/tfjs';

/** A network as it is handed over: a batch of pictures in, a batch of pictures [n, 784] or of energies [n, 1] out. */
type Net = (batch: tf.Tensor) => tf.Tensor;

const PIXELS = 28 * 28;

/** The value passes as it is, its gradient with the opposite sign: what is beyond it climbs where the rest descends. */
const flipGradient = tf.customGrad((x) => {
  return { value: (x as tf.Tensor).clone(), gradFunc: (dy: tf.Tensor) => dy.neg() };
});

/** z(1 − m) + g m: the known pixels as they are, the missing ones from the generator. */
function fill(z: tf.Tensor, mask: tf.Tensor, generated: tf.Tensor): tf.Tensor {
  return z.mul(tf.sub(1, mask)).add(generated.mul(mask));
}

/**
 * err = mean over the batch of softplus(E(x) − E(x̂)), x̂ = z(1 − m) + g(z) m, a scalar.
 *
 * Descending it, E learns to give true pictures x [n, 784] a low energy and completed ones x̂ a high one. The gradient with respect
 * to the weights of g has the opposite sign, so that the same descent makes g look for low energies; and because g enters
 * x̂ through the mask only, no known pixel has a part in it. `mask` is [n, 784] or [784], `z` the picture with the hole.
 */
export function energyLoss(x: tf.Tensor, mask: tf.Tensor, z: tf.Tensor, gnet: Net, enet: Net): tf.Scalar {
  return tf.tidy(() => {
    const completed = fill(z, mask, flipGradient(gnet(z)));
    // tf.softplus does not overflow: it is max(d, 0) + log(1 + exp(−|d|)).
    return tf.softplus(enet(x).sub(enet(completed))).mean() as tf.Scalar;
  });
}

export interface TrainingOptions {
  iterations: number;
  batchSize: number;
  learningRate: number;
  rng: () => number;
}

const HIDDEN = 128;
/** Weight of the squared error inside the hole beside the energy. */
const RECONSTRUCTION = 20;

/**
 * Trains a generator on whole digits [N, 784]: in every iteration a batch of them gets a hole each, as on the sheet, and one
 * step of Adam descends err plus the squared error inside the hole.
 * `generate` takes digits with a hole, [n, 784], to whole ones.
 */
export function trainInpainting(
  images: tf.Tensor,
  { iterations, batchSize, learningRate, rng }: TrainingOptions,
): { generate: Net } {
  const g1 = dense(PIXELS, HIDDEN, rng);
  const g2 = dense(HIDDEN, PIXELS, rng);
  const e1 = dense(PIXELS, HIDDEN / 2, rng);
  const e2 = dense(HIDDEN / 2, 1, rng);
  const generator: Net = (z) => tf.sigmoid(g2(tf.relu(g1(z))));
  const energy: Net = (x) => e2(tf.relu(e1(x)));

  const optimizer = tf.train.adam(learningRate);
  for (let i = 0; i < iterations; i++) {
    tf.tidy(() => {
      const rows = Array.from({ length: batchSize }, () => Math.floor(rng() * images.shape[0]!));
      const x = images.gather(tf.tensor1d(rows, 'int32'));
      const mask = drawHoles(batchSize, rng);
      const z = x.mul(tf.sub(1, mask));
      optimizer.minimize(() => {
        const off = generator(z).sub(x).mul(mask).square().sum().div(mask.sum());
        return energyLoss(x, mask, z, generator, energy).add(off.mul(RECONSTRUCTION)) as tf.Scalar;
      });
    });
  }
  optimizer.dispose();
  return { generate: (z) => tf.tidy(() => generator(z)) };
}

/** A dense layer with weights of variance 2/inputs (He et al. 2015), drawn from rng. */
function dense(inputs: number, outputs: number, rng: () => number): Net {
  const weights = Float32Array.from({ length: inputs * outputs }, () => Math.sqrt(2 / inputs) * normal(rng));
  const kernel = tf.variable(tf.tensor2d(weights, [inputs, outputs]));
  const bias = tf.variable(tf.zeros([outputs]));
  return (x) => tf.matMul(x as tf.Tensor2D, kernel as tf.Tensor2D).add(bias);
}

/** Box and Muller; 1 − rng() is never 0, whose logarithm would be infinite. */
function normal(rng: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - rng())) * Math.cos(2 * Math.PI * rng());
}

/** A mask a row: 1 on 6×6 pixels whose upper left corner is (11 + j, 11 + k), j and k from −4 … 4. */
function drawHoles(count: number, rng: () => number): tf.Tensor2D {
  const mask = new Float32Array(count * PIXELS);
  for (let n = 0; n < count; n++) {
    const top = 7 + Math.floor(9 * rng());
    const left = 7 + Math.floor(9 * rng());
    for (let row = top; row < top + 6; row++)
      mask.fill(1, n * PIXELS + row * 28 + left, n * PIXELS + row * 28 + left + 6);
  }
  return tf.tensor2d(mask, [count, PIXELS]);
}
