/** @about Dense layers only; trained by its own learnStep, plain gradient ascent on all pictures; tiles joined by concatenation. */
import * as tf from '@tensorflow/tfjs';

interface Params {
  first: tf.Tensor2D;
  firstBias: tf.Tensor1D;
  second: tf.Tensor2D;
  secondBias: tf.Tensor1D;
  [name: string]: tf.Tensor;
}

const WIDTH = 48;

function gaussian(rng: () => number): number {
  let u = rng();
  while (u === 0) u = rng();
  return Math.sqrt(-2 * Math.log(u)) * Math.sin(2 * Math.PI * rng());
}

const noise = (rng: () => number, n: number, d: number, scale = 1): tf.Tensor2D =>
  tf.tensor2d(
    Array.from({ length: n * d }, () => scale * gaussian(rng)),
    [n, d],
  );

export function initGenerator(rng: () => number, options: { latentDim: number; imageSize: number }): Params {
  const pixels = options.imageSize ** 2 * 3;
  return {
    first: noise(rng, options.latentDim, WIDTH, 1 / Math.sqrt(options.latentDim)),
    firstBias: tf.zeros([WIDTH]),
    second: noise(rng, WIDTH, pixels, 0.5 / Math.sqrt(WIDTH)),
    secondBias: tf.zeros([pixels]),
  };
}

export function generate(params: Params, z: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const hidden = tf.tanh(tf.add(tf.matMul(z as tf.Tensor2D, params.first), params.firstBias));
    const out = tf.sigmoid(tf.add(tf.matMul(hidden as tf.Tensor2D, params.second), params.secondBias));
    const side = Math.round(Math.sqrt(params.secondBias.size / 3));
    return tf.reshape(out, [z.shape[0]!, side, side, 3]);
  });
}

function logLikelihood(params: Params, z: tf.Tensor, images: tf.Tensor, sigma: number): tf.Tensor {
  return tf.squaredDifference(images, generate(params, z)).sum([1, 2, 3]).div(-2 * sigma ** 2);
}

export function learnStep(
  params: Params,
  z: tf.Tensor,
  images: tf.Tensor,
  { sigma, learningRate }: { sigma: number; learningRate: number },
): { params: Params; loss: number } {
  return tf.tidy(() => {
    const objective = (first: tf.Tensor, firstBias: tf.Tensor, second: tf.Tensor, secondBias: tf.Tensor) =>
      logLikelihood({ first, firstBias, second, secondBias } as Params, z, images, sigma).mean();
    const tensors = [params.first, params.firstBias, params.second, params.secondBias];
    const { value, grads } = tf.valueAndGrads(objective as (...args: tf.Tensor[]) => tf.Tensor)(tensors);
    const [first, firstBias, second, secondBias] = tensors.map((tensor, i) => tensor.add(grads[i]!.mul(learningRate)));
    const next = { first, firstBias, second, secondBias } as Params;
    return { params: next, loss: -value.dataSync()[0]! };
  });
}

export function trainAbp(
  images: tf.Tensor,
  options: {
    latentDim: number;
    iterations: number;
    langevinSteps: number;
    stepSize: number;
    sigma: number;
    learningRate: number;
    start: 'warm' | 'cold';
    rng: () => number;
    onIteration?: (i: number, loss: number) => void;
  },
): { params: Params; z: tf.Tensor; losses: number[] } {
  const { latentDim, iterations, langevinSteps, stepSize, sigma, start, rng } = options;
  const n = images.shape[0]!;
  let params = initGenerator(rng, { latentDim, imageSize: images.shape[1]! });
  let z: tf.Tensor = noise(rng, n, latentDim);
  const losses: number[] = [];
  for (let i = 1; i <= iterations; i++) {
    if (start === 'cold') z = noise(rng, n, latentDim);
    for (let k = 0; k < langevinSteps; k++) {
      const jump = noise(rng, n, latentDim, stepSize);
      z = tf.tidy(() => {
        const joint = (x: tf.Tensor) =>
          logLikelihood(params, x, images, sigma).sub(x.square().sum(1).div(2)).sum();
        return z.add(tf.grad(joint)(z).mul(stepSize ** 2 / 2)).add(jump);
      });
    }
    const step = learnStep(params, z, images, options);
    params = step.params;
    losses.push(step.loss);
    if (options.onIteration) options.onIteration(i, step.loss);
  }
  return { params, z, losses };
}

export function sampleImages(params: Params, count: number, rng: () => number): tf.Tensor {
  return generate(params, noise(rng, count, params.first.shape[0]));
}

export function interpolationPanel(params: Params, range: number, steps: number): tf.Tensor {
  const latentDim = params.first.shape[0];
  const position = (i: number): number => -range + (2 * range * i) / Math.max(1, steps - 1);
  return tf.tidy(() => {
    const rows: tf.Tensor3D[] = [];
    for (let i = 0; i < steps; i++) {
      const tiles: tf.Tensor3D[] = [];
      for (let j = 0; j < steps; j++) {
        const z = new Array<number>(latentDim).fill(0);
        z[0] = position(i);
        if (latentDim > 1) z[1] = position(j);
        tiles.push(generate(params, tf.tensor2d([z])).squeeze([0]) as tf.Tensor3D);
      }
      rows.push(tf.concat(tiles, 1));
    }
    return tf.concat(rows, 0);
  });
}
