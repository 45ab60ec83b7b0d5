/**
 * @mistake Every random number is used twice: neighbouring latents get the same noise.
 * @expect law-one-step wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

type Net = (z: tf.Tensor) => tf.Tensor;

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

/** Both numbers of a pair. */
const pairs = (count: number, rng: () => number): number[] => {
  const numbers: number[] = [];
  while (numbers.length < count) {
    const radius = Math.sqrt(-2 * Math.log(1 - rng()));
    const angle = 2 * Math.PI * rng();
    numbers.push(radius * Math.cos(angle), radius * Math.cos(angle));
  }
  return numbers.slice(0, count);
};

export function inferLatents(
  generate: Net,
  z0: tf.Tensor,
  images: tf.Tensor,
  options: { sigma: number; stepSize: number; steps: number },
  rng: () => number,
): tf.Tensor {
  return tf.tidy(() => {
    let z = z0.clone();
    for (let step = 0; step < options.steps; step++) {
      const noise = tf.tensor(pairs(z0.size, rng), z0.shape);
      z = langevinStep(generate, z, images, options, noise);
    }
    return z;
  });
}
