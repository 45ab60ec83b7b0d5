/** @about One batch of four pictures, drawn at random, is an iteration: z of the others stays as it was. A tf.layers model of dense layers, trained by Adam. */
import * as tf from '@tensorflow/tfjs';

interface Params {
  model: tf.Sequential;
  latentDim: number;
  imageSize: number;
}
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

function architecture(latentDim: number, imageSize: number): tf.Sequential {
  const model = tf.sequential();
  const kernelInitializer = 'zeros' as const;
  model.add(tf.layers.dense({ inputShape: [latentDim], units: 40, activation: 'tanh', kernelInitializer }));
  model.add(tf.layers.dense({ units: 64, activation: 'elu', kernelInitializer }));
  model.add(tf.layers.dense({ units: imageSize * imageSize * 3, activation: 'sigmoid', kernelInitializer }));
  model.add(tf.layers.reshape({ targetShape: [imageSize, imageSize, 3] }));
  return model;
}

function normalArray(rng: () => number, count: number): number[] {
  const values: number[] = [];
  while (values.length < count) {
    const radius = Math.sqrt(-2 * Math.log(1 - rng()));
    const angle = 2 * Math.PI * rng();
    values.push(radius * Math.cos(angle), radius * Math.sin(angle));
  }
  return values.slice(0, count);
}

export function initGenerator(rng: () => number, { latentDim, imageSize }: { latentDim: number; imageSize: number }): Params {
  const model = architecture(latentDim, imageSize);
  const weights = model.getWeights().map((weight) => {
    if (weight.shape.length === 1) return tf.zeros(weight.shape);
    return tf.tensor(normalArray(rng, weight.size), weight.shape).mul(Math.sqrt(1 / weight.shape[0]!));
  });
  model.setWeights(weights);
  return { model, latentDim, imageSize };
}

export function generate(params: Params, z: tf.Tensor): tf.Tensor {
  return params.model.apply(z) as tf.Tensor;
}

const misfit = (params: Params, z: tf.Tensor, images: tf.Tensor, sigma: number): tf.Tensor =>
  tf.sub(images, generate(params, z)).square().sum([1, 2, 3]).mul(1 / (2 * sigma ** 2));

const variablesOf = (model: tf.Sequential): tf.Variable[] =>
  model.trainableWeights.map((weight) => (weight as unknown as { val: tf.Variable }).val);

export async function learnStep(
  params: Params,
  z: tf.Tensor,
  images: tf.Tensor,
  { sigma, learningRate }: { sigma: number; learningRate: number },
): Promise<{ params: Params; loss: number }> {
  const copy = architecture(params.latentDim, params.imageSize);
  copy.setWeights(params.model.getWeights());
  const next: Params = { ...params, model: copy };
  const optimizer = tf.train.sgd(learningRate);
  const loss = optimizer.minimize(() => misfit(next, z, images, sigma).mean() as tf.Scalar, true, variablesOf(copy));
  return { params: next, loss: (await loss!.data())[0]! };
}

/** So many different numbers below `count`, or all of them. */
function someOf(count: number, most: number, rng: () => number): number[] {
  const all = Array.from({ length: count }, (_, i) => i);
  for (let i = 0; i < Math.min(most, count); i++) {
    const j = i + Math.floor(rng() * (count - i));
    [all[i], all[j]] = [all[j]!, all[i]!];
  }
  return all.slice(0, most);
}

export async function trainAbp(images: tf.Tensor, options: Options): Promise<{ params: Params; z: tf.Tensor; losses: number[] }> {
  const { latentDim, iterations, langevinSteps, stepSize, sigma, learningRate, start, rng, onIteration } = options;
  const count = images.shape[0]!;
  const params = initGenerator(rng, { latentDim, imageSize: images.shape[1]! });
  const z = Array.from({ length: count }, () => normalArray(rng, latentDim));
  const optimizer = tf.train.adam(learningRate);
  const losses: number[] = [];
  for (let i = 0; i < iterations; i++) {
    const rows = someOf(count, 4, rng);
    const batch = tf.gather(images, tf.tensor1d(rows, 'int32'));
    let latents: tf.Tensor = tf.tensor2d(rows.map((row) => (start === 'cold' ? normalArray(rng, latentDim) : z[row]!)));
    for (let k = 0; k < langevinSteps; k++) {
      const joint = (x: tf.Tensor) => misfit(params, x, batch, sigma).add(x.square().sum(1).div(2)).sum().neg();
      const jump = tf.tensor2d(normalArray(rng, rows.length * latentDim), [rows.length, latentDim]);
      latents = tf.tidy(() => latents.add(tf.grad(joint)(latents).mul(stepSize ** 2 / 2)).add(jump.mul(stepSize)));
    }
    const found = (await latents.array()) as number[][];
    rows.forEach((row, k) => {
      z[row] = found[k]!;
    });
    const loss = optimizer.minimize(() => misfit(params, latents, batch, sigma).mean() as tf.Scalar, true, variablesOf(params.model))!;
    losses.push(loss.dataSync()[0]!);
    onIteration?.(i + 1, losses[i]!);
  }
  return { params, z: tf.tensor2d(z, [count, latentDim]), losses };
}

export function sampleImages(params: Params, count: number, rng: () => number): tf.Tensor {
  return tf.tidy(() => generate(params, tf.tensor2d(normalArray(rng, count * params.latentDim), [count, params.latentDim])));
}

export async function interpolationPanel(params: Params, range: number, steps: number): Promise<tf.Tensor> {
  const h = params.imageSize;
  const panel = tf.buffer([steps * h, steps * h, 3]);
  for (let row = 0; row < steps; row++) {
    const z = Array.from({ length: steps }, (_, column) => {
      const latent = new Array<number>(params.latentDim).fill(0);
      latent[0] = steps > 1 ? -range + (2 * range * row) / (steps - 1) : -range;
      latent[1] = steps > 1 ? -range + (2 * range * column) / (steps - 1) : -range;
      return latent.slice(0, params.latentDim);
    });
    const tiles = await (generate(params, tf.tensor2d(z)) as tf.Tensor4D).array();
    tiles.forEach((tile, column) => {
      tile.forEach((line, y) => {
        line.forEach((colour, x) => {
          colour.forEach((value, c) => {
            panel.set(value, row * h + y, column * h + x, c);
          });
        });
      });
    });
  }
  return panel.toTensor();
}
