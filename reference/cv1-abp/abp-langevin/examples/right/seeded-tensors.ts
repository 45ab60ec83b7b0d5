/** @about Noise by tf.randomNormal with a seed from rng in every step; a loop of variables and tf.variableGrads; energies in place of log p. */
import * as tf from '@tensorflow/tfjs';

type Net = (z: tf.Tensor) => tf.Tensor;
type Options = { sigma: number; stepSize: number };

function energy(generate: Net, z: tf.Tensor, images: tf.Tensor, sigma: number): tf.Tensor {
  const perPixel = tf.squaredDifference(images, generate(z));
  const count = perPixel.shape.slice(1).reduce((a, b) => a * b, 1);
  return tf.add(
    tf.mean(perPixel.reshape([z.shape[0]!, count]), 1).mul(count / (2 * sigma ** 2)),
    tf.sum(tf.mul(z, z), -1).div(2),
  );
}

export function logJoint(generate: Net, z: tf.Tensor, images: tf.Tensor, sigma: number): tf.Tensor {
  const perPixel = tf.squaredDifference(images, generate(z));
  const likelihood = perPixel.sum(3).sum(2).sum(1).div(2 * sigma ** 2);
  return tf.neg(likelihood.add(z.pow(2).sum(1).div(2)));
}

export function langevinStep(generate: Net, z: tf.Tensor, images: tf.Tensor, options: Options, noise: tf.Tensor): tf.Tensor {
  const { sigma, stepSize } = options;
  const variable = tf.variable(z);
  const { value, grads } = tf.variableGrads(() => energy(generate, variable, images, sigma).sum() as tf.Scalar, [variable]);
  const slope = grads[variable.name]!;
  const next = tf.tidy(() => tf.sub(variable, slope.mul(stepSize ** 2 / 2)).add(tf.mul(stepSize, noise)));
  tf.dispose([value, slope, variable]);
  return next;
}

export function inferLatents(
  generate: Net,
  z0: tf.Tensor,
  images: tf.Tensor,
  options: Options & { steps: number },
  rng: () => number,
): tf.Tensor {
  let z = tf.clone(z0);
  for (let k = options.steps; k > 0; k--) {
    // A seed of 0 would be none.
    const noise = tf.randomNormal(z0.shape, 0, 1, 'float32', 1 + Math.floor(rng() * 2 ** 30));
    const next = langevinStep(generate, z, images, options, noise);
    tf.dispose([z, noise]);
    z = next;
  }
  return z;
}
