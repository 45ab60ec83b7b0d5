/**
 * @mistake The step is twice as long as it should be: mind the 2 of 2σ².
 * @expect learn-step wrong-answer
 */
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
  const grid = imageSize / 4;
  const model = tf.sequential();
  model.add(tf.layers.dense({ inputShape: [latentDim], units: 24, activation: 'elu', kernelInitializer: 'zeros' }));
  model.add(tf.layers.dense({ units: grid * grid * 12, activation: 'elu', kernelInitializer: 'zeros' }));
  model.add(tf.layers.reshape({ targetShape: [grid, grid, 12] }));
  const up = { kernelSize: 4, strides: 2, padding: 'same' as const, kernelInitializer: 'zeros' as const };
  model.add(tf.layers.conv2dTranspose({ ...up, filters: 12, activation: 'elu' }));
  model.add(tf.layers.conv2dTranspose({ ...up, filters: 3, activation: 'sigmoid' }));
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
    // Of a transposed convolution [h, w, out, in] a quarter of the taps meet each pixel.
    const inputs = weight.shape.length === 2 ? weight.shape[0]! : (weight.shape[3]! * 16) / 4;
    return tf.tensor(normalArray(rng, weight.size), weight.shape).mul(Math.sqrt(1.5 / inputs));
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
  const optimizer = tf.train.sgd(2 * learningRate);
  const loss = optimizer.minimize(() => misfit(next, z, images, sigma).mean() as tf.Scalar, true, variablesOf(copy));
  return { params: next, loss: (await loss!.data())[0]! };
}

export async function trainAbp(images: tf.Tensor, options: Options): Promise<{ params: Params; z: tf.Tensor; losses: number[] }> {
  const { latentDim, iterations, langevinSteps, stepSize, sigma, learningRate, start, rng, onIteration } = options;
  const count = images.shape[0]!;
  const params = initGenerator(rng, { latentDim, imageSize: images.shape[1]! });
  const z = Array.from({ length: count }, () => normalArray(rng, latentDim));
  const optimizer = tf.train.adam(learningRate);
  const losses: number[] = [];
  for (let i = 0; i < iterations; i++) {
    let total = 0;
    for (let from = 0; from < count; from += 4) {
      const rows = Array.from({ length: Math.min(4, count - from) }, (_, k) => from + k);
      const batch = images.slice([from], [rows.length]);
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
      total += loss.dataSync()[0]! * rows.length;
    }
    losses.push(total / count);
    onIteration?.(i + 1, total / count);
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
