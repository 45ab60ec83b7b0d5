/** @about The gradient by tf.valueAndGrad of a sum over pictures of explicit terms; Box and Muller's pairs, both numbers used. */
import * as tf from '@tensorflow/tfjs';

type Net = (z: tf.Tensor) => tf.Tensor;

export const logJoint = (generate: Net, z: tf.Tensor, images: tf.Tensor, sigma: number): tf.Tensor => {
  const n = z.shape[0]!;
  const difference = tf.sub(generate(z), images).reshape([n, -1]);
  const likelihood = tf.sum(tf.mul(difference, difference), 1).mul(-0.5 / (sigma * sigma));
  const prior = tf.sum(tf.mul(z, z), 1).mul(-0.5);
  return tf.add(likelihood, prior);
};

export const langevinStep = (
  generate: Net,
  z: tf.Tensor,
  images: tf.Tensor,
  { sigma, stepSize }: { sigma: number; stepSize: number },
  noise: tf.Tensor,
): tf.Tensor => {
  const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => logJoint(generate, x, images, sigma).sum())(z);
  value.dispose();
  return tf.addN([z, grad.mul((stepSize * stepSize) / 2), noise.mul(stepSize)]);
};

/** Two normal numbers of two uniform ones. */
function pair(rng: () => number): [number, number] {
  const radius = Math.sqrt(-2 * Math.log(Math.max(rng(), 1e-300)));
  const angle = 2 * Math.PI * rng();
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
}

export function inferLatents(
  generate: Net,
  z0: tf.Tensor,
  images: tf.Tensor,
  options: { sigma: number; stepSize: number; steps: number },
  rng: () => number,
): tf.Tensor {
  let z = z0;
  for (let k = 1; k <= options.steps; k++) {
    const before = z;
    z = tf.tidy(() => {
      const numbers: number[] = [];
      while (numbers.length < z0.size) numbers.push(...pair(rng));
      const noise = tf.tensor(numbers.slice(0, z0.size), z0.shape);
      return langevinStep(generate, before, images, options, noise);
    });
    if (before !== z0) before.dispose();
  }
  return z;
}
