import * as tf from '@tensorflow/tfjs';

/** A generator network: latents [n, d] to pictures [n, h, w, c]. */
type Net = (z: tf.Tensor) => tf.Tensor;

/**
 * log p(I, z) without its constants, −‖I − g(z)‖²/(2σ²) − ‖z‖²/2, one value a picture: [n].
 *
 * z [n, d], images [n, h, w, c].
 */
export function logJoint(generate: Net, z: tf.Tensor, images: tf.Tensor, sigma: number): tf.Tensor1D {
  return tf.tidy(() => {
    const misfit = images.sub(generate(z)).square().sum([1, 2, 3]);
    const prior = z.square().sum(1);
    return misfit.div(-2 * sigma ** 2).sub(prior.div(2)) as tf.Tensor1D;
  });
}

/**
 * One step of Langevin dynamics, z + (s²/2) ∂/∂z log p(I, z) + s·noise, [n, d]. Chains do not touch: a picture's value depends on its
 * own latents only, so the gradient of the sum holds all their gradients.
 */
export function langevinStep(
  generate: Net,
  z: tf.Tensor,
  images: tf.Tensor,
  { sigma, stepSize }: { sigma: number; stepSize: number },
  noise: tf.Tensor,
): tf.Tensor {
  return tf.tidy(() => {
    const slope = tf.grad((latents) => logJoint(generate, latents, images, sigma).sum())(z);
    return z.add(slope.mul(stepSize ** 2 / 2)).add(noise.mul(stepSize));
  });
}

/** `steps` steps from z0 [n, d], each with fresh standard normal noise drawn from rng. */
export function inferLatents(
  generate: Net,
  z0: tf.Tensor,
  images: tf.Tensor,
  options: { sigma: number; stepSize: number; steps: number },
  rng: () => number,
): tf.Tensor {
  return tf.tidy(() => {
    let z = z0.clone();
    for (let step = 0; step < options.steps; step++)
      z = langevinStep(generate, z, images, options, normals(z0.shape as [number, number], rng));
    return z;
  });
}

/** Box and Muller; 1 − rng() is never 0, whose logarithm would be infinite. */
function normals(shape: [number, number], rng: () => number): tf.Tensor2D {
  const values = Array.from(
    { length: shape[0] * shape[1] },
    () => Math.sqrt(-2 * Math.log(1 - rng())) * Math.cos(2 * Math.PI * rng()),
  );
  return tf.tensor2d(values, shape);
}
