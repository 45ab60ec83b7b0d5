/**
 * @mistake options.steps is not used: 30 steps are made always.
 * @expect law-one-step wrong-answer
 * @expect law-steps wrong-answer
 * @expect random-numbers wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

type Generator = (latents: tf.Tensor) => tf.Tensor;
interface StepOptions {
  sigma: number;
  stepSize: number;
}

export const logJoint = (generate: Generator, z: tf.Tensor, images: tf.Tensor, sigma: number): tf.Tensor => {
  const n = z.shape[0]!;
  const residual = tf.sub(images, generate(z)).reshape([n, -1]);
  const likelihood = tf.sum(tf.square(residual), 1).mul(-1 / (2 * sigma ** 2));
  const prior = tf.sum(tf.square(z), 1).mul(-0.5);
  return tf.add(likelihood, prior);
};

export const langevinStep = (
  generate: Generator,
  z: tf.Tensor,
  images: tf.Tensor,
  { sigma, stepSize: s }: StepOptions,
  noise: tf.Tensor,
): tf.Tensor => {
  const slope = tf.grad((latents: tf.Tensor) => logJoint(generate, latents, images, sigma).sum());
  return tf.tidy(() => z.add(slope(z).mul((s * s) / 2)).add(noise.mul(s)));
};

/** Box and Muller. */
function gauss(rng: () => number): number {
  const u = Math.max(rng(), Number.EPSILON);
  const v = rng();
  return Math.sqrt(-2 * Math.log(u)) * Math.sin(2 * Math.PI * v);
}

export async function inferLatents(
  generate: Generator,
  z0: tf.Tensor,
  images: tf.Tensor,
  options: StepOptions & { steps: number },
  rng: () => number,
): Promise<tf.Tensor> {
  const [n, d] = z0.shape as [number, number];
  let z = tf.clone(z0);
  for (let k = 0; k < 30; k++) {
    const numbers: number[][] = Array.from({ length: n }, () => Array.from({ length: d }, () => gauss(rng)));
    z = langevinStep(generate, z, images, options, tf.tensor2d(numbers));
  }
  return z;
}
