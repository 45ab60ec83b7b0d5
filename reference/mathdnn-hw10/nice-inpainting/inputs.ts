import { NdArray } from '../../../harness/model/value.ts';
import { scale } from '../../../harness/numerics/linalg.ts';
import { derive, type Random } from '../../../harness/numerics/random.ts';
import { drawDigits } from '../../datasets/mnist.ts';
import { ascend, densityAt, latentOf } from './flow.ts';
import type { Layer, Model } from './weights-file.ts';

export const SIDE = 28;
const PIXELS = SIDE * SIDE;

/** As on the sheet: four couplings with alternating masks. */
const COUPLINGS = 4;

/**
 * Numbers that go through a ReLU stay this far from 0 where derivatives are looked at, so that no difference quotient has a
 * kink in it.
 */
const KINK_MARGIN = 0.05;
/** And this far along an ascent, so that rounding, of float32 too, leads no program to the other side. */
const PATH_MARGIN = 2e-5;

/** Long steps carry rounding farther, so that their paths stay farther from the kinks. */
const LONG_PATH_MARGIN = 0.01;

/** How much lower an ascent of too long steps ends than it began at least. */
const LEAST_FALL = 0.05;

/** What the last three quarters of an ascent add to the log-likelihood at least: more than rounding. */
const LEAST_GAIN = 1e-3;

/** A network for D/2 inputs with hidden layers of these widths; none: a single linear layer. */
export function drawLayers(random: Random, pairs: number, hidden: readonly number[], gain = 1): Layer[] {
  const widths = [pairs, ...hidden, pairs];
  return widths.slice(1).map((out, i) => {
    const kernel = random.normals([widths[i]!, out]);
    // He's scale keeps signals at their size through layers with ReLU, whatever the widths.
    const factor = gain * Math.sqrt(2 / widths[i]!);
    for (let k = 0; k < kernel.data.length; k++) kernel.data[k]! *= factor;
    return { kernel, bias: random.uniforms([out], -0.5, 0.5) };
  });
}

export interface ModelSizes {
  D: number;
  hidden: readonly number[];
  /** Range of the scale's entries. */
  scale?: [lo: number, hi: number];
}

export function drawModel(random: Random, { D, hidden, scale = [-0.4, 0.9] }: ModelSizes): Model {
  return {
    couplings: Array.from({ length: COUPLINGS }, () => drawLayers(random, D / 2, hidden, 0.7)),
    scale: random.uniforms([D], ...scale),
  };
}

/** A model and rows [n, D]. */
export interface Points {
  id: string;
  /** Reads well after "on". */
  title: string;
  model: Model;
  x: NdArray;
}

/** A model and standard normal rows at which its log-density is smooth. */
export function drawPoints(seed: number, id: string, title: string, sizes: ModelSizes & { n: number }): Points {
  const random = derive(seed, `nice-inpainting/${id}`);
  for (;;) {
    const model = drawModel(random, sizes);
    const x = random.normals([sizes.n, sizes.D]);
    if (rowsOf(x).every((row) => densityAt(model, row).margin >= KINK_MARGIN)) return { id, title, model, x };
  }
}

export function rowsOf({ shape, data }: NdArray): Float64Array[] {
  const [n, width] = shape as [number, number];
  return Array.from({ length: n }, (_, i) => Float64Array.from(data.subarray(i * width, (i + 1) * width)));
}

/** The same with the rows multiplied so that the greatest |z| is `size`: without biases a flow is homogeneous. */
export function withLargeLatents(points: Points, size: number): Points {
  const couplings = points.model.couplings.map((layers) =>
    layers.map(({ kernel, bias }) => ({ kernel, bias: NdArray.zeros(bias.shape) })),
  );
  const model = { ...points.model, couplings };
  const largest = Math.max(...rowsOf(points.x).flatMap((row) => Array.from(latentOf(model, row), Math.abs)));
  return { ...points, model, x: scale(points.x, size / largest) };
}

/** Arguments of inpaint. */
export interface Hole {
  id: string;
  title: string;
  model: Model;
  image: NdArray;
  mask: NdArray;
  options: { steps: number; learningRate: number };
}

interface HoleSizes extends ModelSizes {
  steps: number;
  learningRate: number;
  /** Which pixels are known; by default some are and some are not. */
  known?: 'some' | 'all' | 'none';
  /** Steps too short to lead a pixel to 0 or 1. */
  quiet?: boolean;
  /** Steps so long that the ascent ends lower than it began, where no program comes that takes back what does not rise. */
  overshoots?: boolean;
}

/**
 * A small model and an image in [0, 1], numbers of float32 (a program that stores such keeps known pixels as they are). The
 * ascent passes no kink within rounding, raises the log-likelihood from step to step, and meets 0 or 1 on its way; or it overshoots.
 */
export function drawHole(seed: number, id: string, title: string, sizes: HoleSizes): Hole {
  const random = derive(seed, `nice-inpainting/hole/${id}`);
  const { D, steps, learningRate, known = 'some', quiet = false, overshoots = false } = sizes;
  for (;;) {
    const model = centred(random, drawModel(random, sizes));
    const image = float32(random.uniforms([D], 0.05, 0.95));
    const mask = NdArray.of(
      Array.from({ length: D }, () => (known === 'some' ? random.integer(2) : +(known === 'all'))),
    );
    const share = Array.from(mask.data).reduce((sum, m) => sum + m, 0) / D;
    if (known === 'some' && (share < 0.3 || share > 0.6)) continue;
    const path = ascend(model, image.data, mask.data, { steps, learningRate });
    const missing = (holds: (x: number) => boolean): boolean =>
      known === 'all' || path.at(-1)!.pixels.some((x, k) => mask.data[k] === 0 && holds(x));
    const gain = (from: number): number => path.at(-1)!.density.value - path[from]!.density.value;
    const rises = path.every(({ density }, i) => i === 0 || density.value >= path[i - 1]!.density.value);
    const fits =
      path.every(({ density }) => density.margin >= (overshoots ? LONG_PATH_MARGIN : PATH_MARGIN)) &&
      (overshoots ? gain(0) < -LEAST_FALL : rises) &&
      missing((x) => x > 0.02 && x < 0.98) &&
      (steps < 10 || quiet || missing((x) => x === 0 || x === 1)) &&
      (steps < 10 || gain(Math.floor(steps / 4)) > LEAST_GAIN);
    if (fits) return { id, title, model, image, mask, options: { steps, learningRate } };
  }
}

/** Last biases that bring the most likely picture into the middle of [0, 1] or a little beside it. */
function centred(random: Random, model: Model): Model {
  const D = model.scale.data.length;
  const z = latentOf(model, random.uniforms([D], -0.2, 1.2).data);
  const shift = z.map((value, k) => value * Math.exp(-model.scale.data[k]!));
  const lowered = (layers: Layer[], half: 0 | 1): Layer[] =>
    layers.map((layer, l) =>
      l < layers.length - 1
        ? layer
        : { ...layer, bias: NdArray.of(layer.bias.data.map((b, p) => b - shift[2 * p + half]!)) },
    );
  // The second of each pair is moved last by coupling 3, the first by coupling 2, whose change coupling 3 does see: near enough.
  return {
    ...model,
    couplings: model.couplings.map((layers, i) =>
      i === 2 ? lowered(layers, 0) : i === 3 ? lowered(layers, 1) : layers,
    ),
  };
}

function float32(array: NdArray): NdArray {
  return new NdArray(array.shape, Float64Array.from(array.data, Math.fround));
}

/** A held-out digit with a band or a square of uniform noise in it, as float32 numbers; `mask` is 0 there. */
export function drawDigitHole(random: Random, kind: 'band' | 'square'): { image: NdArray; mask: NdArray } {
  const digit = drawDigits(random, 1, { split: 'test' }).images;
  const mask = NdArray.of(new Float64Array(PIXELS).fill(1));
  const [top, left] = kind === 'band' ? [9 + random.integer(6), 0] : [7 + random.integer(4), 7 + random.integer(4)];
  const [height, width] = kind === 'band' ? [6, SIDE] : [11, 11];
  for (let row = top; row < top + height; row++) mask.data.fill(0, row * SIDE + left, row * SIDE + left + width);
  const image = NdArray.of(Array.from(digit.data, (x, k) => (mask.data[k] === 1 ? x : random.uniform())));
  return { image: float32(image), mask };
}
