/** @about One picture after the other, its whole chain at once, on plain arrays; the polar method; results are nested arrays. */
import * as tf from '@tensorflow/tfjs';

type Net = (z: tf.Tensor) => tf.Tensor;
interface Options {
  sigma: number;
  stepSize: number;
}

export function logJoint(generate: Net, z: tf.Tensor, images: tf.Tensor, sigma: number): tf.Tensor {
  const n = z.shape[0] as number;
  const values: tf.Tensor[] = [];
  for (let i = 0; i < n; i++) {
    const latent = tf.slice(z, [i, 0], [1, z.shape[1] as number]);
    const picture = tf.slice(images, [i, 0, 0, 0], [1, ...images.shape.slice(1)] as number[]);
    const misfit = tf.sum(tf.squaredDifference(picture, generate(latent)));
    values.push(misfit.div(2 * sigma * sigma).add(tf.sum(latent.square()).div(2)).neg());
  }
  return tf.stack(values);
}

/** The slope of one picture's log p, as numbers. */
function slopeOf(generate: Net, latent: number[], picture: tf.Tensor, sigma: number): number[] {
  return tf.tidy(() => {
    const gradient = tf.grad((x) => logJoint(generate, x, picture, sigma).asScalar())(tf.tensor2d([latent]));
    return Array.from(gradient.dataSync());
  });
}

export function langevinStep(
  generate: Net,
  z: tf.Tensor,
  images: tf.Tensor,
  { sigma, stepSize }: Options,
  noise: tf.Tensor,
): number[][] {
  const rows = z.arraySync() as number[][];
  const drawn = noise.arraySync() as number[][];
  return rows.map((row, i) => {
    const picture = images.slice([i], [1]);
    const slope = slopeOf(generate, row, picture, sigma);
    picture.dispose();
    return row.map((value, j) => value + 0.5 * stepSize ** 2 * slope[j]! + stepSize * drawn[i]![j]!);
  });
}

export function inferLatents(
  generate: Net,
  z0: tf.Tensor,
  images: tf.Tensor,
  { sigma, stepSize, steps }: Options & { steps: number },
  rng: () => number,
): number[][] {
  const normal = (): number => {
    for (;;) {
      const [u, v] = [2 * rng() - 1, 2 * rng() - 1];
      const square = u * u + v * v;
      if (square > 0 && square < 1) return u * Math.sqrt((-2 * Math.log(square)) / square);
    }
  };
  return (z0.arraySync() as number[][]).map((start, i) => {
    const picture = images.slice([i], [1]);
    let latent = start;
    for (let step = 0; step < steps; step++) {
      const slope = slopeOf(generate, latent, picture, sigma);
      latent = latent.map((value, j) => value + 0.5 * stepSize ** 2 * slope[j]! + stepSize * normal());
    }
    picture.dispose();
    return latent;
  });
}
