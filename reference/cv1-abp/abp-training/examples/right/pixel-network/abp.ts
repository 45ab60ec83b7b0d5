/** @about A network over pixels: latents and sines of coordinates in, one colour out, the same weights for all pixels; RMSProp; several files. */
import * as tf from '@tensorflow/tfjs';
import { normals } from './noise';
import { copy, type Params, paint, start } from './painter';

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

export const initGenerator = (rng: () => number, { latentDim, imageSize }: { latentDim: number; imageSize: number }): Params =>
  start(rng, latentDim, imageSize);

export const generate = (params: Params, z: tf.Tensor): tf.Tensor => tf.tidy(() => paint(params, z));

function energy(params: Params, z: tf.Tensor, images: tf.Tensor, sigma: number): tf.Tensor {
  const off = paint(params, z).sub(images).reshape([z.shape[0]!, -1]);
  return tf.sum(tf.mul(off, off), 1).div(2 * sigma * sigma);
}

export function learnStep(
  params: Params,
  z: tf.Tensor,
  images: tf.Tensor,
  options: { sigma: number; learningRate: number },
): { params: Params; loss: tf.Scalar } {
  const next = copy(params);
  const variables = next.layers.flatMap(({ kernel, bias }) => [kernel, bias]) as tf.Variable[];
  const { value, grads } = tf.variableGrads(() => energy(next, z, images, options.sigma).mean() as tf.Scalar, variables);
  for (const variable of variables) variable.assign(variable.sub(grads[variable.name]!.mul(options.learningRate)));
  return { params: next, loss: value };
}

export async function trainAbp(images: tf.Tensor, options: Options): Promise<{ params: Params; z: tf.Tensor; losses: tf.Tensor1D }> {
  const { latentDim, iterations, langevinSteps, stepSize, sigma, rng } = options;
  const count = images.shape[0]!;
  const params = copy(initGenerator(rng, { latentDim, imageSize: images.shape[1]! }));
  const variables = params.layers.flatMap(({ kernel, bias }) => [kernel, bias]) as tf.Variable[];
  const optimizer = tf.train.rmsprop(options.learningRate);
  const losses: number[] = [];
  let z = normals(rng, [count, latentDim]);
  for (let i = 0; i < iterations; i++) {
    const fresh = options.start === 'cold' ? normals(rng, [count, latentDim]) : z;
    const noises = Array.from({ length: langevinSteps }, () => normals(rng, [count, latentDim]));
    const slope = tf.grad((x: tf.Tensor) => energy(params, x, images, sigma).add(x.square().sum(1).mul(0.5)).sum());
    z = tf.tidy(() =>
      noises.reduce<tf.Tensor>((x, noise) => x.sub(slope(x).mul(0.5 * stepSize ** 2)).add(noise.mul(stepSize)), fresh.clone()),
    );
    const loss = optimizer.minimize(() => energy(params, z, images, sigma).mean() as tf.Scalar, true, variables)!;
    losses.push(loss.arraySync());
    options.onIteration?.(i, losses[i]!);
    tf.dispose(noises);
  }
  return { params, z, losses: tf.tensor1d(losses) };
}

export function sampleImages(params: Params, count: number, rng: () => number): tf.Tensor {
  // Picture by picture.
  return tf.concat(Array.from({ length: count }, () => generate(params, normals(rng, [1, params.latentDim]))));
}

export function interpolationPanel(params: Params, range: number, steps: number): tf.Tensor {
  return tf.tidy(() => {
    const axis = steps === 1 ? tf.tensor1d([-range]) : tf.linspace(-range, range, steps);
    const [first, second] = tf.meshgrid(axis, axis, { indexing: 'ij' });
    // A single latent is the one on the first axis.
    const two = tf.stack([first!.flatten(), second!.flatten()].slice(0, params.latentDim), 1);
    const z = params.latentDim > 2 ? tf.concat([two, tf.zeros([steps * steps, params.latentDim - 2])], 1) : two;
    const side = params.imageSize;
    const tiles = generate(params, z).reshape([steps, steps, side, side, 3]);
    return tf.transpose(tiles, [0, 2, 1, 3, 4]).reshape([steps * side, steps * side, 3]);
  });
}
