import { NetArg, type NetLayer } from '../../../harness/model/call.ts';
import { NdArray } from '../../../harness/model/value.ts';
import { scale } from '../../../harness/numerics/linalg.ts';
import { derive, type Random } from '../../../harness/numerics/random.ts';
import { drawLayer } from '../../datasets/dense-layer.ts';
import { drawDigits, type Split } from '../../datasets/mnist.ts';

export const SIDE = 28;
export const PIXELS = SIDE * SIDE;
const HOLE = 6;

/** A mask [784] with the sheet's hole: 6×6 pixels, upper left corner at (11 + j, 11 + k), j and k drawn from −4 … 4. */
export function drawHole(random: Random): Float64Array {
  const mask = new Float64Array(PIXELS);
  const top = 11 + random.integer(9) - 4;
  const left = 11 + random.integer(9) - 4;
  for (let row = top; row < top + HOLE; row++) mask.fill(1, row * SIDE + left, row * SIDE + left + HOLE);
  return mask;
}

/** z = x(1 − m), the pictures [n, 784] with their holes set to 0; a mask [784] is everyone's. */
export function withHoles(x: NdArray, mask: NdArray): NdArray {
  return new NdArray(
    x.shape,
    Float64Array.from(x.data, (value, i) => value * (1 - mask.data[i % mask.data.length]!)),
  );
}

export interface HoledDigits {
  x: NdArray;
  mask: NdArray;
  z: NdArray;
}

/** n digits, each with a hole of its own: masks [n, 784]. */
export function drawHoledDigits(random: Random, n: number, split: Split): HoledDigits {
  const { images: x } = drawDigits(random, n, { split });
  const mask = NdArray.zeros([n, PIXELS]);
  for (let i = 0; i < n; i++) mask.data.set(drawHole(random), i * PIXELS);
  return { x, mask, z: withHoles(x, mask) };
}

/** Arguments of energyLoss, with the networks as the layers that they are made of. */
export interface LossInput extends HoledDigits {
  id: string;
  /** Reads well after "on". */
  title: string;
  g: NetLayer[];
  e: NetLayer[];
}

interface Shape {
  n: number;
  /** `each`: [n, 784]; `one`: [784]; `none` and `all`: [n, 784] of zeros or ones. */
  mask: 'each' | 'one' | 'none' | 'all';
  /** Greatest difference of energies |E(x) − E(x̂)| in the batch; 1.5 where absent. */
  most?: number;
  /** Differences of either sign in the batch, none of them small beside the others: no mean of them says what each does. */
  mixed?: boolean;
}

const HIDDEN = { g: 3, e: 4 };

/** Digits, masks, and small networks with smooth activations: every weight has a slope, and none of them is tiny. */
export function drawLoss(seed: number, id: string, title: string, shape: Shape): LossInput {
  const random = derive(seed, `energy-inpainting/${id}`);
  for (;;) {
    const input = drawOnce(random, id, title, shape);
    const d = differences(input);
    const largest = Math.max(...d.map(Math.abs));
    if (!shape.mixed || (Math.max(...d) > largest / 4 && Math.min(...d) < -largest / 4)) return input;
  }
}

function drawOnce(random: Random, id: string, title: string, { n, mask, most = 1.5 }: Shape): LossInput {
  const drawn = drawHoledDigits(random, n, 'test');
  const masks: Record<Shape['mask'], () => NdArray> = {
    each: () => drawn.mask,
    one: () => NdArray.of(drawHole(random)),
    none: () => NdArray.zeros([n, PIXELS]),
    all: () => NdArray.of(new Float64Array(n * PIXELS).fill(1), [n, PIXELS]),
  };
  const chosen = masks[mask]();
  const z = withHoles(drawn.x, chosen);
  const g: NetLayer[] = [
    drawLayer(random, PIXELS, HIDDEN.g, 0.1, 'tanh'),
    drawLayer(random, HIDDEN.g, PIXELS, 1, 'sigmoid'),
  ];
  const e: NetLayer[] = [
    drawLayer(random, PIXELS, HIDDEN.e, 0.08, 'tanh'),
    drawLayer(random, HIDDEN.e, 1, 1, 'linear'),
  ];
  return withDifferences({ id, title, x: drawn.x, mask: chosen, z, g, e }, most);
}

/** The same with the energies scaled so that their greatest difference is `most`; without a hole there is none to scale. */
function withDifferences(input: LossInput, most: number): LossInput {
  const largest = Math.max(...differences(input).map(Math.abs));
  return largest === 0 ? input : withLast(input, (array) => scale(array, most / largest));
}

/** E(x) − E(x̂) of each picture, by the formula. */
export function differences({ x, mask, z, g, e }: LossInput): number[] {
  const n = x.shape[0]!;
  const row = (array: NdArray, i: number): Float64Array =>
    Float64Array.from({ length: PIXELS }, (_, k) => array.data[(i * PIXELS + k) % array.data.length]!);
  return Array.from({ length: n }, (_, i) => {
    const m = row(mask, i);
    const generated = apply(g, row(z, i));
    const completed = row(z, i).map((value, k) => value * (1 - m[k]!) + generated[k]! * m[k]!);
    return apply(e, row(x, i))[0]! - apply(e, completed)[0]!;
  });
}

/** A network on one picture. */
function apply(layers: NetLayer[], input: Float64Array): Float64Array {
  return layers.reduce((values, { kernel, bias, activation }) => {
    const width = bias.data.length;
    return Float64Array.from(bias.data, (b, j) => {
      let sum = b;
      for (let i = 0; i < values.length; i++) sum += values[i]! * kernel.data[i * width + j]!;
      if (activation === 'tanh') return Math.tanh(sum);
      return activation === 'sigmoid' ? 1 / (1 + Math.exp(-sum)) : sum;
    });
  }, input);
}

/** The same with the last layer of the energy changed. */
function withLast(input: LossInput, change: (array: NdArray) => NdArray): LossInput {
  const last = input.e[input.e.length - 1]!;
  return { ...input, e: [...input.e.slice(0, -1), { ...last, kernel: change(last.kernel), bias: change(last.bias) }] };
}

/** The same with the energies' signs changed: what was softplus(d) becomes softplus(−d). */
export function negatedEnergy(input: LossInput, id: string, title: string): LossInput {
  return { ...withLast(input, negated), id, title };
}

/** The same with an energy that is 3.7 whatever the picture. */
export function constantEnergy(input: LossInput): LossInput {
  const last = input.e[input.e.length - 1]!;
  const flat = { ...last, kernel: NdArray.zeros(last.kernel.shape), bias: NdArray.of([3.7]) };
  return { ...input, e: [...input.e.slice(0, -1), flat] };
}

export const negated = (array: NdArray): NdArray => scale(array, -1);

export const lossArguments = ({ x, mask, z, g, e }: LossInput) => [x, mask, z, new NetArg(g), new NetArg(e)];
