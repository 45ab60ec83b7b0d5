/** @about A class for the chain in a file of its own, noise in another; own product rule for the prior by tf.grads. */
import * as tf from '@tensorflow/tfjs';
import { Chain, type Net } from './chain';
import { standardNormals } from './noise';

export function logJoint(generate: Net, z: tf.Tensor, images: tf.Tensor, sigma: number): tf.Tensor {
  return new Chain(generate, images, sigma).logP(z);
}

export function langevinStep(
  generate: Net,
  z: tf.Tensor,
  images: tf.Tensor,
  options: { sigma: number; stepSize: number },
  noise: tf.Tensor,
): Promise<tf.Tensor> {
  return Promise.resolve(new Chain(generate, images, options.sigma).step(z, options.stepSize, noise));
}

export async function inferLatents(
  generate: Net,
  z0: tf.Tensor,
  images: tf.Tensor,
  { sigma, stepSize, steps }: { sigma: number; stepSize: number; steps: number },
  rng: () => number,
): Promise<tf.Tensor> {
  const chain = new Chain(generate, images, sigma);
  const draw = standardNormals(rng);
  return tf.tidy(() =>
    Array.from({ length: steps }).reduce<tf.Tensor>((z) => {
      const noise = tf.buffer(z0.shape as [number, number]);
      for (let i = 0; i < z0.shape[0]!; i++) for (let j = 0; j < z0.shape[1]!; j++) noise.set(draw(), i, j);
      return chain.step(z, stepSize, noise.toTensor());
    }, z0.clone()),
  );
}
