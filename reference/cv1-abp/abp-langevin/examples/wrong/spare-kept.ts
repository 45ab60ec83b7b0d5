/**
 * @mistake The second number that Box and Muller give is kept for the next call, where it comes from another rng.
 * @hint What is left over at the end of a call is dropped: the same rng then gives the same latents.
 * @expect purity-inferLatents wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

type Net = (z: tf.Tensor) => tf.Tensor;

export function logJoint(generate: Net, z: tf.Tensor, images: tf.Tensor, sigma: number): tf.Tensor {
  return tf.tidy(() => {
    const misfit = images.sub(generate(z)).square().sum([1, 2, 3]);
    const prior = z.square().sum(1);
    return misfit.div(-2 * sigma ** 2).sub(prior.div(2));
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

let spare: number | undefined;

function normal(rng: () => number): number {
  if (spare !== undefined) {
    const second = spare;
    spare = undefined;
    return second;
  }
  const radius = Math.sqrt(-2 * Math.log(1 - rng()));
  const angle = 2 * Math.PI * rng();
  spare = radius * Math.sin(angle);
  return radius * Math.cos(angle);
}

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
      const noise = tf.tensor(Array.from({ length: z0.size }, () => normal(rng)), z0.shape);
      z = langevinStep(generate, z, images, options, noise);
    }
    return z;
  });
}
