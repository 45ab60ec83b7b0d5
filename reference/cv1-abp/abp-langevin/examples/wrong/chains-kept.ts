/**
 * @mistake The latents of the call before are kept, and the chain goes on from there.
 * @hint A warm start is the business of the training: inferLatents starts at z0.
 * @expect purity-inferLatents wrong-answer
 * @expect law-steps wrong-answer
 * @expect random-numbers wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

type Net = (z: tf.Tensor) => tf.Tensor;


const chains = new Map<string, tf.Tensor>();

export function logJoint(generate: Net, z: tf.Tensor, images: tf.Tensor, sigma: number): tf.Tensor {
  return tf.tidy(() => {
    const misfit = images.sub(generate(z)).square().sum([1, 2, 3]);
    const prior = z.square().sum(1);
    return misfit.div(-2 * sigma * sigma).sub(prior.div(2));
  });
}

export function langevinStep(
  generate: Net,
  z: tf.Tensor,
  images: tf.Tensor,
  options: { sigma: number; stepSize: number },
  noise: tf.Tensor,
): tf.Tensor {
  const { sigma, stepSize } = options;
  return tf.tidy(() => {
    const slope = tf.grad((x: tf.Tensor) => logJoint(generate, x, images, sigma).sum())(z);
    return z.add(slope.mul(stepSize ** 2 / 2)).add(noise.mul(stepSize));
  });
}

function normal(rng: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - rng())) * Math.cos(2 * Math.PI * rng());
}

export function inferLatents(
  generate: Net,
  z0: tf.Tensor,
  images: tf.Tensor,
  options: { sigma: number; stepSize: number; steps: number },
  rng: () => number,
): tf.Tensor {
  const key = z0.shape.join();
  const result = tf.tidy(() => {
    let z = chains.get(key) ?? z0.clone();
    for (let step = 0; step < options.steps; step++) {
      const noise = tf.tensor(Array.from({ length: z0.size }, () => normal(rng)), z0.shape);
      z = langevinStep(generate, z, images, options, noise);
    }
    return z;
  });
  chains.set(key, tf.keep(result.clone()));
  return result;
}
