/**
 * @about The residual (I − g(z))/σ² is pulled back through the generator by hand, −z is added by hand; async; all noise is drawn beforehand by
 * the inverse of the normal distribution function.
 */
import * as tf from '@tensorflow/tfjs';

type Net = (z: tf.Tensor) => tf.Tensor;

export function logJoint(generate: Net, z: tf.Tensor, images: tf.Tensor, sigma: number): tf.Tensor {
  return tf.tidy(() => {
    const scaled = generate(z).sub(images).div(sigma);
    return tf.add(scaled.square().sum([1, 2, 3]), z.square().sum(-1)).div(-2);
  });
}

export async function langevinStep(
  generate: Net,
  z: tf.Tensor,
  images: tf.Tensor,
  options: { sigma: number; stepSize: number },
  noise: tf.Tensor,
): Promise<tf.Tensor> {
  const { sigma, stepSize: s } = options;
  return tf.tidy(() => {
    const residual = tf.sub(images, generate(z)).div(sigma ** 2);
    const pulled = tf.grad(generate)(z, residual);
    // z + (s²/2)(pulled − z) + s·noise
    return z.mul(1 - s ** 2 / 2).add(pulled.mul(s ** 2 / 2)).add(noise.mul(s));
  });
}

export async function inferLatents(
  generate: Net,
  z0: tf.Tensor,
  images: tf.Tensor,
  options: { sigma: number; stepSize: number; steps: number },
  rng: () => number,
): Promise<tf.Tensor> {
  const [n, d] = z0.shape as [number, number];
  const noises = Array.from({ length: options.steps }, () =>
    tf.tensor2d(Array.from({ length: n }, () => Array.from({ length: d }, () => quantile(rng())))),
  );
  let z = z0;
  for (const noise of noises) {
    const next = await langevinStep(generate, z, images, options, noise);
    noise.dispose();
    if (z !== z0) z.dispose();
    z = next;
  }
  return z;
}

/** Φ⁻¹(p) by bisection on a series of erf; p = 0 is taken as the least p there is. */
function quantile(p: number): number {
  const target = p < 1e-12 ? 1e-12 : p;
  let [low, high] = [-8, 8];
  for (let i = 0; i < 45; i++) {
    const middle = (low + high) / 2;
    if (cdf(middle) < target) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function cdf(x: number): number {
  // Marsaglia's series, φ(x) Σ x^(2k+1)/(1·3·…·(2k+1)), for moderate x.
  if (x < -7) return 0;
  if (x > 7) return 1;
  let [term, sum] = [x, x];
  for (let k = 1; Math.abs(term) > 1e-16 * Math.abs(sum) && k < 200; k++) {
    term *= (x * x) / (2 * k + 1);
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
}
