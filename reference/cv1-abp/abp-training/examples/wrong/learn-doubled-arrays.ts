/**
 * @mistake The step is twice as long as it should be: mind the 2 of 2σ².
 * @expect learn-step wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

interface Params {
  d: number;
  side: number;
  /** Rows of the first layer: d weights and a bias for each unit; of the second: a weight for each pixel. */
  a: Float32Array;
  b: Float32Array;
  c: Float32Array;
}

const UNITS = 20;

const normal = (rng: () => number): number => Math.sqrt(-2 * Math.log(1 - rng())) * Math.cos(2 * Math.PI * rng());

export function initGenerator(rng: () => number, { latentDim, imageSize }: { latentDim: number; imageSize: number }): Params {
  const pixels = imageSize * imageSize * 3;
  return {
    d: latentDim,
    side: imageSize,
    a: Float32Array.from({ length: UNITS * (latentDim + 1) }, () => 0.8 * normal(rng)),
    b: Float32Array.from({ length: UNITS * pixels }, () => (0.5 * normal(rng)) / Math.sqrt(UNITS)),
    c: new Float32Array(pixels),
  };
}

/** Hidden units and pixels of one latent. */
function forward({ d, a, b, c }: Params, z: ArrayLike<number>): { hidden: Float32Array; pixels: Float32Array } {
  const hidden = new Float32Array(UNITS);
  for (let u = 0; u < UNITS; u++) {
    let sum = a[u * (d + 1) + d]!;
    for (let j = 0; j < d; j++) sum += a[u * (d + 1) + j]! * z[j]!;
    hidden[u] = Math.tanh(sum);
  }
  const pixels = Float32Array.from(c);
  for (let u = 0; u < UNITS; u++) {
    const h = hidden[u]!;
    const at = u * c.length;
    for (let p = 0; p < c.length; p++) pixels[p]! += h * b[at + p]!;
  }
  for (let p = 0; p < c.length; p++) pixels[p] = 1 / (1 + Math.exp(-pixels[p]!));
  return { hidden, pixels };
}

/** Adds the gradient of −‖I − g‖²/(2σ²) in the weights to `sums`; gives that in z, and ‖I − g‖²/(2σ²). */
function backward(
  params: Params,
  z: ArrayLike<number>,
  image: ArrayLike<number>,
  sigma: number,
  sums?: Pick<Params, 'a' | 'b' | 'c'>,
): { slope: number[]; loss: number } {
  const { d, a, b, c } = params;
  const { hidden, pixels } = forward(params, z);
  const delta = new Float32Array(c.length);
  let loss = 0;
  for (let p = 0; p < c.length; p++) {
    const off = image[p]! - pixels[p]!;
    loss += (off * off) / (2 * sigma * sigma);
    delta[p] = (off * pixels[p]! * (1 - pixels[p]!)) / (sigma * sigma);
    if (sums !== undefined) sums.c[p]! += delta[p]!;
  }
  const slope = new Array<number>(d).fill(0);
  for (let u = 0; u < UNITS; u++) {
    const at = u * c.length;
    let back = 0;
    for (let p = 0; p < c.length; p++) back += b[at + p]! * delta[p]!;
    if (sums !== undefined) for (let p = 0; p < c.length; p++) sums.b[at + p]! += hidden[u]! * delta[p]!;
    back *= 1 - hidden[u]! ** 2;
    for (let j = 0; j < d; j++) {
      slope[j]! += back * a[u * (d + 1) + j]!;
      if (sums !== undefined) sums.a[u * (d + 1) + j]! += back * z[j]!;
    }
    if (sums !== undefined) sums.a[u * (d + 1) + d]! += back;
  }
  return { slope, loss };
}

export async function generate(params: Params, z: tf.Tensor): Promise<tf.Tensor> {
  const rows = (await z.array()) as number[][];
  const size = params.c.length;
  const all = new Float32Array(rows.length * size);
  rows.forEach((row, i) => {
    all.set(forward(params, row).pixels, i * size);
  });
  return tf.tensor4d(all, [rows.length, params.side, params.side, 3]);
}

function gradient(params: Params, z: number[][], images: number[][], sigma: number) {
  const sums = { a: new Float32Array(params.a.length), b: new Float32Array(params.b.length), c: new Float32Array(params.c.length) };
  let loss = 0;
  z.forEach((row, i) => {
    loss += backward(params, row, images[i]!, sigma, sums).loss / z.length;
  });
  return { sums, loss };
}

const moved = (weights: Float32Array, by: Float32Array, factor: number): Float32Array =>
  weights.map((value, i) => value + factor * by[i]!);

async function flat(images: tf.Tensor): Promise<number[][]> {
  return (await images.reshape([images.shape[0]!, -1]).array()) as number[][];
}

export async function learnStep(
  params: Params,
  z: tf.Tensor,
  images: tf.Tensor,
  { sigma, learningRate }: { sigma: number; learningRate: number },
): Promise<{ params: Params; loss: number }> {
  const rows = (await z.array()) as number[][];
  const { sums, loss } = gradient(params, rows, await flat(images), sigma);
  const factor = (2 * learningRate) / rows.length;
  return {
    params: { ...params, a: moved(params.a, sums.a, factor), b: moved(params.b, sums.b, factor), c: moved(params.c, sums.c, factor) },
    loss,
  };
}

export async function trainAbp(
  images: tf.Tensor,
  options: {
    latentDim: number;
    iterations: number;
    langevinSteps: number;
    stepSize: number;
    sigma: number;
    learningRate: number;
    start: string;
    rng: () => number;
    onIteration?: (i: number, loss: number) => void;
  },
): Promise<{ params: Params; z: number[][]; losses: number[] }> {
  const { latentDim, iterations, langevinSteps, stepSize: s, sigma, learningRate, start, rng, onIteration } = options;
  const pictures = await flat(images);
  const draw = (): number[] => Array.from({ length: latentDim }, () => normal(rng));
  let z = pictures.map(draw);
  let params = initGenerator(rng, { latentDim, imageSize: images.shape[1]! });
  const speed = { a: new Float32Array(params.a.length), b: new Float32Array(params.b.length), c: new Float32Array(params.c.length) };
  const losses: number[] = [];
  for (let i = 0; i < iterations; i++) {
    z = z.map((kept, row) => {
      let latent = start === 'cold' ? draw() : kept;
      for (let k = 0; k < langevinSteps; k++) {
        const { slope } = backward(params, latent, pictures[row]!, sigma);
        latent = latent.map((value, j) => value + (s * s * (slope[j]! - value)) / 2 + s * normal(rng));
      }
      return latent;
    });
    const { sums, loss } = gradient(params, z, pictures, sigma);
    for (const name of ['a', 'b', 'c'] as const) {
      speed[name] = speed[name].map((v, k) => 0.8 * v + (learningRate / z.length) * sums[name][k]!);
      params = { ...params, [name]: moved(params[name], speed[name], 1) };
    }
    losses.push(loss);
    if (onIteration !== undefined) onIteration(i, loss);
  }
  return { params, z, losses };
}

export async function sampleImages(params: Params, count: number, rng: () => number): Promise<tf.Tensor> {
  const z = Array.from({ length: count }, () => Array.from({ length: params.d }, () => normal(rng)));
  return generate(params, tf.tensor2d(z, [count, params.d]));
}

export function interpolationPanel(params: Params, range: number, steps: number): tf.Tensor {
  const { d, side } = params;
  const width = steps * side * 3;
  const panel = new Float32Array(steps * side * width);
  const at = (k: number): number => (steps === 1 ? -range : range * ((2 * k) / (steps - 1) - 1));
  for (let i = 0; i < steps; i++) {
    for (let j = 0; j < steps; j++) {
      const z = [at(i), at(j), ...new Array<number>(d).fill(0)].slice(0, d);
      const { pixels } = forward(params, z);
      for (let y = 0; y < side; y++)
        panel.set(pixels.subarray(y * side * 3, (y + 1) * side * 3), (i * side + y) * width + j * side * 3);
    }
  }
  return tf.tensor3d(panel, [steps * side, steps * side, 3]);
}
