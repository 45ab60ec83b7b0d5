/**
 * @about The whole picture is warped and batches are gathered from all pixels; two Adams with cosine annealing, zeros beyond the border, awaits between iterations.
 */
import * as tf from '@tensorflow/tfjs';

type Rng = () => number;

/** [N, 2]: grey value of the fixed picture, and of the warped moving one, for every pixel. */
function dataOf(fixed: tf.Tensor, warped: tf.Tensor): tf.Tensor2D {
  return tf.stack([fixed.flatten(), warped.flatten()], 1) as tf.Tensor2D;
}

export function sampleBatch(data: tf.Tensor, batchSize: number, mode: 'joint' | 'marginal', rng: Rng): tf.Tensor {
  const c = data.shape[1]! / 2;
  const rows = (): tf.Tensor1D => {
    // A shuffle by sorting random keys.
    const keys = Array.from({ length: data.shape[0]! }, (_, i) => [rng(), i] as const);
    keys.sort((a, b) => a[0] - b[0]);
    return tf.tensor1d(keys.slice(0, batchSize).map(([, i]) => i), 'int32');
  };
  if (mode === 'joint') return data.gather(rows());
  const first = data.slice([0, 0], [-1, c]).gather(rows());
  const second = data.slice([0, c], [-1, c]).gather(rows());
  return tf.concat([first, second], 1);
}

export function perspectiveWarp(image: tf.Tensor, H: tf.Tensor): tf.Tensor {
  const [h, w] = image.shape as [number, number];
  const grid = tf.meshgrid(tf.linspace(-1, 1, w), tf.linspace(-1, 1, h));
  const [xv, yv] = grid.map((t) => t.flatten());
  const mapped = tf.matMul(H as tf.Tensor2D, tf.stack([xv, yv, tf.onesLike(xv)]) as tf.Tensor2D);
  const z = mapped.slice([2, 0], [1, -1]).flatten();
  const x = mapped.slice([0, 0], [1, -1]).flatten().div(z).add(1).mul(0.5 * (w - 1));
  const y = mapped.slice([1, 0], [1, -1]).flatten().div(z).add(1).mul(0.5 * (h - 1));
  const pixels = image.flatten();
  const x0 = Float32Array.from(x.dataSync(), Math.floor);
  const y0 = Float32Array.from(y.dataSync(), Math.floor);
  let result: tf.Tensor = tf.zerosLike(x);
  for (const dx of [0, 1]) {
    for (const dy of [0, 1]) {
      const xi = x0.map((a) => a + dx);
      const yi = y0.map((a) => a + dy);
      const inside = xi.map((a, k) => Number(a >= 0 && a < w && yi[k] >= 0 && yi[k] < h));
      const index = tf.tensor1d(xi.map((a, k) => (inside[k] ? yi[k] * w + a : 0)), 'int32');
      const value = pixels.gather(index).mul(tf.tensor1d(inside));
      const weightX = tf.sub(1, x.sub(tf.tensor1d(xi)).abs());
      const weightY = tf.sub(1, y.sub(tf.tensor1d(yi)).abs());
      result = result.add(value.mul(weightX).mul(weightY));
    }
  }
  return result.reshape([h, w]);
}

function mineLoss(joint: tf.Tensor, marginal: tf.Tensor): tf.Scalar {
  const highest = marginal.max();
  const logMeanExp = marginal.sub(highest).exp().mean().log().add(highest);
  return logMeanExp.sub(joint.mean()) as tf.Scalar;
}

function matrixExp(C: tf.Tensor): tf.Tensor {
  let E: tf.Tensor = tf.eye(3);
  // Horner: I + C (I + C/2 (I + C/3 (…)))
  for (let n = 8; n > 0; n--) E = tf.add(tf.eye(3), tf.matMul(C as tf.Tensor2D, E as tf.Tensor2D).div(n));
  return E;
}

class Registration {
  private v: tf.Variable[];
  private layers: { kernel: tf.Variable; bias: tf.Variable }[];

  constructor(rng: Rng) {
    // One variable for every generator.
    this.v = Array.from({ length: 8 }, () => tf.variable(tf.scalar(0)));
    this.layers = [
      [2, 100],
      [100, 100],
      [100, 1],
    ].map(([inputs, outputs]) => {
      const uniform = (count: number) => Array.from({ length: count }, () => (2 * rng() - 1) / Math.sqrt(inputs));
      return {
        kernel: tf.variable(tf.tensor2d(uniform(inputs * outputs), [inputs, outputs])),
        bias: tf.variable(tf.tensor1d(uniform(outputs))),
      };
    });
  }

  H(): tf.Tensor {
    const [tx, ty, sx, sy, a, b, p, q] = this.v as tf.Scalar[];
    const C = tf.stack([a, sx, tx, sy, tf.neg(tf.add(a, b)), ty, p, q, b]).reshape([3, 3]);
    return matrixExp(C);
  }

  critic(x: tf.Tensor): tf.Tensor {
    return this.layers.reduce((z, { kernel, bias }, i) => {
      const out = z.matMul(kernel as tf.Tensor2D).add(bias);
      return i < 2 ? out.elu() : out;
    }, x);
  }

  get motion(): tf.Variable[] {
    return this.v;
  }

  get network(): tf.Variable[] {
    return this.layers.flatMap(({ kernel, bias }) => [kernel, bias]);
  }

  dispose(): void {
    tf.dispose([...this.v, ...this.network]);
  }
}

export async function register(
  fixed: tf.Tensor,
  moving: tf.Tensor,
  options: {
    iterations: number;
    batchSize: number;
    learningRate: number;
    rng: Rng;
    onIteration?: (i: number, loss: number) => void;
  },
): Promise<{ H: tf.Tensor; losses: number[] }> {
  const model = new Registration(options.rng);
  const forCritic = tf.train.adam(options.learningRate);
  const forMotion = tf.train.adam(options.learningRate);
  const losses: number[] = [];
  for (let i = 0; i < options.iterations; i++) {
    // Cosine annealing of both.
    const rate = 0.5 * options.learningRate * (1 + Math.cos((Math.PI * i) / options.iterations));
    Object.assign(forCritic, { learningRate: rate });
    Object.assign(forMotion, { learningRate: rate });
    const { value, grads } = tf.variableGrads(() => {
      const data = dataOf(fixed, perspectiveWarp(moving, model.H()));
      const n = Math.min(options.batchSize, data.shape[0]);
      const joint = model.critic(sampleBatch(data, n, 'joint', options.rng));
      const marginal = model.critic(sampleBatch(data, n, 'marginal', options.rng));
      return mineLoss(joint, marginal);
    });
    const pick = (variables: tf.Variable[]) => Object.fromEntries(variables.map(({ name }) => [name, grads[name]]));
    forCritic.applyGradients(pick(model.network));
    forMotion.applyGradients(pick(model.motion));
    losses.push((await value.data())[0]);
    tf.dispose([value, grads]);
    options.onIteration?.(i, losses[i]);
    if (i % 50 === 49) await tf.nextFrame();
  }
  const H = tf.tidy(() => model.H());
  model.dispose();
  return { H, losses };
}
