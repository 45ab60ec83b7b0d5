/**
 * @about One customGrad for the whole loss, softplus by max and log1p; two optimisers, the energy's two steps for one of the generator's; an energy of squared units, and no reconstruction term.
 */
import * as tf from '@tensorflow/tfjs';

type Net = (batch: tf.Tensor) => tf.Tensor;

// softplus without overflow; its derivative is the logistic function, which tfjs computes without overflow, too
const stableSoftplus = tf.customGrad((d, save) => {
  const x = d as tf.Tensor;
  (save as (tensors: tf.Tensor[]) => void)([x]);
  const value = tf.maximum(x, 0).add(tf.log1p(tf.exp(tf.neg(tf.abs(x)))));
  return { value, gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.mul(dy, tf.sigmoid(saved[0]!)) };
});

// value g, gradient -1: 2·constant − g, the constant being g as plain numbers
function turned(g: tf.Tensor): tf.Tensor {
  const constant = tf.tensor(g.dataSync(), g.shape);
  return constant.mul(2).sub(g);
}

export function energyLoss(x: tf.Tensor, mask: tf.Tensor, z: tf.Tensor, gnet: Net, enet: Net): tf.Scalar {
  const generated = turned(gnet(z));
  const completed = z.add(generated.sub(z).mul(mask));
  return tf.mean(stableSoftplus(tf.sub(enet(x), enet(completed)))) as tf.Scalar;
}

type Activation = (x: tf.Tensor) => tf.Tensor;

class Network {
  readonly weights: tf.Variable[] = [];
  private readonly hidden: Activation;
  private readonly out: Activation;

  constructor(sizes: number[], scales: number[], hidden: Activation, out: Activation, rng: () => number) {
    this.hidden = hidden;
    this.out = out;
    for (let i = 0; i + 1 < sizes.length; i++) {
      const [rows, columns] = [sizes[i]!, sizes[i + 1]!];
      const w = new Float32Array(rows * columns);
      // the sum of twelve uniform numbers is nearly normal
      for (let k = 0; k < w.length; k++) {
        let sum = -6;
        for (let j = 0; j < 12; j++) sum += rng();
        w[k] = (sum * scales[i]!) / Math.sqrt(rows);
      }
      this.weights.push(tf.variable(tf.tensor2d(w, [rows, columns])), tf.variable(tf.zeros([columns])));
    }
  }

  run(x: tf.Tensor): tf.Tensor {
    const layers = this.weights.length / 2;
    for (let i = 0; i < layers; i++) {
      x = tf.add(tf.matMul(x as tf.Tensor2D, this.weights[2 * i] as unknown as tf.Tensor2D), this.weights[2 * i + 1]!);
      x = i + 1 < layers ? this.hidden(x) : this.out(x);
    }
    return x;
  }

  // a method that needs `this`
  generate(z: tf.Tensor): tf.Tensor {
    return tf.tidy(() => this.run(z));
  }
}

export function trainInpainting(
  images: tf.Tensor,
  options: { iterations: number; batchSize: number; learningRate: number; rng: () => number },
): Network {
  const { rng } = options;
  const G = new Network([784, 32, 784], [1, 0.2], tf.tanh, tf.sigmoid, rng);
  const E = new Network([784, 64, 1], [0.3, 0.3], tf.square, (x) => x, rng);
  const stepG = tf.train.adam(options.learningRate);
  const stepE = tf.train.adam(options.learningRate);
  for (let t = 0; t < options.iterations; t++) {
    tf.tidy(() => {
      const picks = Array.from({ length: options.batchSize }, () => Math.floor(rng() * images.shape[0]!));
      const x = tf.gather(images, tf.tensor1d(picks, 'int32'));
      const mask = tf.stack(Array.from({ length: options.batchSize }, () => hole(rng)));
      const z = tf.mul(x, tf.sub(1, mask));
      const loss = () => energyLoss(x, mask, z, (b) => G.run(b), (b) => E.run(b));
      // E has to be ahead of g: two steps for one
      stepE.minimize(loss, false, E.weights);
      stepE.minimize(loss, false, E.weights);
      stepG.minimize(loss, false, G.weights);
    });
  }
  return G;
}

function hole(rng: () => number): tf.Tensor1D {
  const top = Math.floor(rng() * 9) + 7;
  const left = Math.floor(rng() * 9) + 7;
  return tf.tidy(() => tf.pad(tf.ones([6, 6]), [[top, 22 - top], [left, 22 - left]]).flatten() as tf.Tensor1D);
}
