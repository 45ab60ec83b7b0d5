/**
 * @mistake Weights are kept outside of params: a second training changes those of the first.
 * @expect repeatable wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

type Params = Record<string, tf.Tensor>;
interface Options {
  latentDim: number;
  iterations: number;
  langevinSteps: number;
  stepSize: number;
  sigma: number;
  learningRate: number;
  start: 'warm' | 'cold';
  rng: () => number;
  onIteration?: (i: number, loss: number) => void;
}

const HIDDEN = 40;

function normals(rng: () => number, shape: number[]): tf.Tensor {
  const values = Array.from({ length: tf.util.sizeFromShape(shape) }, () => {
    return Math.sqrt(-2 * Math.log(1 - rng())) * Math.cos(2 * Math.PI * rng());
  });
  return tf.tensor(values, shape);
}

export function initGenerator(rng: () => number, { latentDim, imageSize }: { latentDim: number; imageSize: number }): Params {
  return {
    w1: normals(rng, [latentDim, HIDDEN]).div(Math.sqrt(latentDim)),
    b1: tf.zeros([HIDDEN]),
    w2: normals(rng, [HIDDEN, imageSize * imageSize * 3]).mul(0.5 / Math.sqrt(HIDDEN)),
    b2: tf.zeros([imageSize, imageSize, 3]),
  };
}

export function generate(params: Params, z: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const hidden = tf.matMul(z as tf.Tensor2D, params.w1 as tf.Tensor2D).add(params.b1!).tanh();
    const pixels = tf.matMul(hidden as tf.Tensor2D, params.w2 as tf.Tensor2D);
    return pixels.reshape([z.shape[0]!, ...params.b2!.shape]).add(params.b2!).sigmoid();
  });
}

function misfit(params: Params, z: tf.Tensor, images: tf.Tensor, sigma: number): tf.Tensor {
  return images.sub(generate(params, z)).square().sum([1, 2, 3]).div(2 * sigma ** 2);
}

export function learnStep(
  params: Params,
  z: tf.Tensor,
  images: tf.Tensor,
  { sigma, learningRate }: { sigma: number; learningRate: number },
): { params: Params; loss: number } {
  const names = Object.keys(params);
  const objective = (...weights: tf.Tensor[]): tf.Tensor => {
    const named = Object.fromEntries(names.map((name, k) => [name, weights[k]!]));
    return misfit(named, z, images, sigma).mean();
  };
  const { value, grads } = tf.valueAndGrads(objective)(Object.values(params));
  const next = Object.fromEntries(names.map((name, k) => [name, params[name]!.sub(grads[k]!.mul(learningRate))]));
  return { params: next, loss: value.dataSync()[0]! };
}

/** One generator for all trainings. */
let weights: Record<string, tf.Variable> = {};

export function trainAbp(images: tf.Tensor, options: Options): { params: Params; z: tf.Tensor; losses: number[] } {
  const { latentDim, iterations, langevinSteps, stepSize, sigma, learningRate, start, rng, onIteration } = options;
  const count = images.shape[0]!;
  const initial = initGenerator(rng, { latentDim, imageSize: images.shape[1]! });
  if (Object.keys(weights).some((name) => weights[name]!.shape.join() !== initial[name]!.shape.join())) weights = {};
  for (const [name, weight] of Object.entries(initial))
    if (weights[name] === undefined) weights[name] = tf.variable(weight);
    else weights[name]!.assign(weight);
  const optimizer = tf.train.adam(learningRate);
  const losses: number[] = [];
  let z = normals(rng, [count, latentDim]);
  for (let i = 0; i < iterations; i++) {
    if (start === 'cold') z = normals(rng, [count, latentDim]);
    for (let k = 0; k < langevinSteps; k++) {
      const noise = normals(rng, [count, latentDim]);
      z = tf.tidy(() => {
        const slope = tf.grad((x: tf.Tensor) => misfit(weights, x, images, sigma).add(x.square().sum(1).div(2)).sum())(z);
        return z.sub(slope.mul(stepSize ** 2 / 2)).add(noise.mul(stepSize));
      });
    }
    const loss = optimizer.minimize(() => misfit(weights, z, images, sigma).mean() as tf.Scalar, true)!.dataSync()[0]!;
    losses.push(loss);
    onIteration?.(i, loss);
  }
  return { params: weights, z, losses };
}

export function sampleImages(params: Params, count: number, rng: () => number): tf.Tensor {
  return generate(params, normals(rng, [count, params.w1!.shape[0]!]));
}

export function interpolationPanel(params: Params, range: number, steps: number): tf.Tensor {
  const at = (i: number): number => (steps === 1 ? -range : -range + (2 * range * i) / (steps - 1));
  const others = new Array<number>(params.w1!.shape[0]!).fill(0);
  const cell = (i: number, j: number): number[] => [at(i), at(j), ...others].slice(0, others.length);
  const rows = Array.from({ length: steps }, (_, i) => {
    const tiles = generate(params, tf.tensor2d(Array.from({ length: steps }, (_, j) => cell(i, j))));
    return tf.concat(tf.unstack(tiles), 1);
  });
  return tf.concat(rows, 0);
}
