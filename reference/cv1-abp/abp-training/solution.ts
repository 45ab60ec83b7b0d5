import * as tf from '@tensorflow/tfjs';

/** The weights of the generator, by name; their shapes say how many latents there are and how large a picture is. */
export type Params = Record<string, tf.Tensor>;

interface TrainingOptions {
  latentDim: number;
  iterations: number;
  langevinSteps: number;
  stepSize: number;
  sigma: number;
  learningRate: number;
  start: 'warm' | 'cold';
  rng: () => number;
  onIteration?: (i: number, loss: number) => void;
}

const HIDDEN = 32;
const CHANNELS = 16;

/**
 * A generator with two dense layers, which make a grid of a quarter of the picture's side, and two convolutions, before each of
 * which the grid is doubled. Weights have variance 2/inputs (He et al. 2015), biases are 0.
 */
export function initGenerator(
  rng: () => number,
  { latentDim, imageSize }: { latentDim: number; imageSize: number },
): Params {
  const grid = Math.ceil(imageSize / 4);
  const weights = (...shape: number[]): tf.Tensor =>
    tf.tidy(() => normals(shape, rng).mul(Math.sqrt((2 * shape.at(-1)!) / tf.util.sizeFromShape(shape))));
  return {
    w1: weights(latentDim, HIDDEN),
    b1: tf.zeros([HIDDEN]),
    w2: weights(HIDDEN, grid * grid * CHANNELS),
    b2: tf.zeros([grid, grid, CHANNELS]),
    k3: weights(3, 3, CHANNELS, CHANNELS),
    b3: tf.zeros([CHANNELS]),
    k4: weights(3, 3, CHANNELS, 3),
    // One number a pixel: what all pictures have in common need not go through the convolutions.
    b4: tf.zeros([imageSize, imageSize, 3]),
  };
}

/** Latents [n, d] to pictures [n, h, w, 3] in (0, 1). */
export function generate(params: Params, z: tf.Tensor): tf.Tensor4D {
  const { w1, b1, w2, b2, k3, b3, k4, b4 } = params as Required<Params>;
  return tf.tidy(() => {
    const hidden = tf
      .matMul(z as tf.Tensor2D, w1 as tf.Tensor2D)
      .add(b1!)
      .tanh();
    const grid = tf.matMul(hidden as tf.Tensor2D, w2 as tf.Tensor2D).reshape([z.shape[0]!, ...b2!.shape]);
    const first = tf
      .conv2d(doubled(grid.add(b2!).elu()), k3 as tf.Tensor4D, 1, 'same')
      .add(b3!)
      .elu();
    const second = tf.conv2d(doubled(first), k4 as tf.Tensor4D, 1, 'same');
    // A side that is no multiple of 4 leaves a border, which is cut off.
    const [height, width] = b4!.shape as [number, number];
    return second.slice([0, 0, 0, 0], [-1, height, width, 3]).add(b4!).sigmoid() as tf.Tensor4D;
  });
}

/** Every pixel four times. [n, h, w, c] → [n, 2h, 2w, c] */
function doubled(x: tf.Tensor): tf.Tensor4D {
  const [n, h, w, c] = x.shape as [number, number, number, number];
  const wide = tf.concat([x, x], 3).reshape([n, h, 2 * w * c]);
  return tf.concat([wide, wide], 2).reshape([n, 2 * h, 2 * w, c]);
}

/** ‖I − g(z)‖²/(2σ²) of each picture, [n]. */
function misfit(params: Params, z: tf.Tensor, images: tf.Tensor, sigma: number): tf.Tensor {
  return images
    .sub(generate(params, z))
    .square()
    .sum([1, 2, 3])
    .div(2 * sigma ** 2);
}

/** The mean misfit and its gradient in every weight. */
function gradients(
  params: Params,
  z: tf.Tensor,
  images: tf.Tensor,
  sigma: number,
): { loss: tf.Scalar; slopes: Params } {
  const names = Object.keys(params);
  const of = (...tensors: tf.Tensor[]): tf.Tensor => {
    const named = Object.fromEntries(names.map((name, i) => [name, tensors[i]!]));
    return misfit(named, z, images, sigma).mean();
  };
  const { value, grads } = tf.valueAndGrads(of)(Object.values(params));
  return { loss: value as tf.Scalar, slopes: Object.fromEntries(names.map((name, i) => [name, grads[i]!])) };
}

/**
 * One step of plain gradient ascent on the batch mean of log p(I, z; θ), of which only −‖I − g‖²/(2σ²) depends on θ. New parameters; those
 * handed in stay as they are. The loss is that before the step.
 */
export function learnStep(
  params: Params,
  z: tf.Tensor,
  images: tf.Tensor,
  { sigma, learningRate }: { sigma: number; learningRate: number },
): { params: Params; loss: tf.Scalar } {
  const { loss, slopes } = gradients(params, z, images, sigma);
  const next = Object.entries(params).map(([name, weight]) => [name, descend(weight, slopes[name]!, learningRate)]);
  tf.dispose(slopes);
  return { params: Object.fromEntries(next), loss };
}

const descend = (weight: tf.Tensor, slope: tf.Tensor, rate: number): tf.Tensor =>
  tf.tidy(() => weight.sub(slope.mul(rate)));

/**
 * Alternating back-propagation (Han et al., AAAI 2017): Langevin steps for the latents of all pictures [N, h, w, 3], then a step of
 * Adam for the generator. `z` [N, d] is in the order of the pictures; `losses` has the loss of each iteration, before its step.
 */
export async function trainAbp(
  images: tf.Tensor,
  options: TrainingOptions,
): Promise<{ params: Params; z: tf.Tensor; losses: number[] }> {
  const { latentDim, iterations, langevinSteps, stepSize: s, sigma, learningRate, start, rng, onIteration } = options;
  const [count, imageSize] = images.shape as [number, number];
  const initial = initGenerator(rng, { latentDim, imageSize });
  const variables = Object.fromEntries(Object.entries(initial).map(([name, weight]) => [name, tf.variable(weight)]));
  const optimizer = tf.train.adam(learningRate);
  const losses: number[] = [];
  let z: tf.Tensor = normals([count, latentDim], rng);
  for (let i = 0; i < iterations; i++) {
    const before = z;
    z = tf.tidy(() => {
      let latents = start === 'cold' && i > 0 ? normals([count, latentDim], rng) : before;
      for (let step = 0; step < langevinSteps; step++) {
        const slope = tf
          .grad((x: tf.Tensor) => misfit(variables, x, images, sigma).sum())(latents)
          .neg()
          .sub(latents);
        latents = latents.add(slope.mul(s ** 2 / 2)).add(normals([count, latentDim], rng).mul(s));
      }
      return latents.clone();
    });
    before.dispose();
    const { loss, slopes } = gradients(variables, z, images, sigma);
    optimizer.applyGradients(Object.entries(variables).map(([name, v]) => ({ name: v.name, tensor: slopes[name]! })));
    losses.push((await loss.data())[0]!);
    tf.dispose([slopes, loss]);
    onIteration?.(i, losses[i]!);
  }
  const params = Object.fromEntries(Object.entries(variables).map(([name, variable]) => [name, variable.clone()]));
  tf.dispose([initial, variables]);
  optimizer.dispose();
  return { params, z, losses };
}

/** Pictures of latents drawn from the prior N(0, I), [count, h, w, 3]. */
export function sampleImages(params: Params, count: number, rng: () => number): tf.Tensor4D {
  return tf.tidy(() => generate(params, normals([count, params.w1!.shape[0]!], rng)));
}

/** steps × steps pictures side by side, [steps·h, steps·w, 3]: the first latent grows from row to row, the second from column to column. */
export function interpolationPanel(params: Params, range: number, steps: number): tf.Tensor3D {
  return tf.tidy(() => {
    const at = (i: number): number => (steps === 1 ? -range : -range + (2 * range * i) / (steps - 1));
    const latentDim = params.w1!.shape[0]!;
    const others = new Array<number>(latentDim).fill(0);
    const cells = Array.from({ length: steps * steps }, (_, k) =>
      [at(Math.floor(k / steps)), at(k % steps), ...others].slice(0, latentDim),
    );
    const tiles = generate(params, tf.tensor2d(cells));
    const [, h, w] = tiles.shape;
    return tiles
      .reshape([steps, steps, h, w * 3])
      .transpose([0, 2, 1, 3])
      .reshape([steps * h, steps * w, 3]) as tf.Tensor3D;
  });
}

/** Box and Muller; 1 − rng() is never 0, whose logarithm would be infinite. */
function normals(shape: number[], rng: () => number): tf.Tensor {
  const values = Float32Array.from(
    { length: tf.util.sizeFromShape(shape) },
    () => Math.sqrt(-2 * Math.log(1 - rng())) * Math.cos(2 * Math.PI * rng()),
  );
  return tf.tensor(values, shape);
}
