import { NdArray } from '../../../harness/model/value.ts';
import { scale } from '../../../harness/numerics/linalg.ts';
import { derive, type Random } from '../../../harness/numerics/random.ts';

/** One input of all three functions: W [d,K], U [c,K], x [d], y [c], h [K]. */
export interface Input {
  id: string;
  /** Reads well after "on". */
  title: string;
  W: NdArray;
  U: NdArray;
  x: NdArray;
  y: NdArray;
  h: NdArray;
}

interface Sizes {
  d: number;
  c: number;
  K: number;
}

/**
 * Greatest activation of an ordinary input. Below 13.9 the softplus of tfjs takes the logarithm; above it returns its
 * argument, and is off by up to 9e-7 until 18 or so. A program that uses it is right, so no input lies in between.
 */
const ORDINARY = 6;

/** An ordinary input: `binary` units are 0 or 1 (never all 0), others real, negative and beyond 1 among them. */
export function ordinary(seed: number, id: string, title: string, sizes: Sizes, binary: boolean): Input {
  const { d, c, K } = sizes;
  const random = derive(seed, `crbm/${id}`);
  const units = (n: number, lo: number, hi: number): NdArray =>
    binary ? binaryUnits(random, n) : random.uniforms([n], lo, hi);
  const W = random.normals([d, K]);
  const U = random.normals([c, K]);
  const x = units(d, -1.5, 2);
  const y = units(c, -1.5, 2);
  const h = units(K, 0.05, 0.95);
  const largest = Math.max(...[...activations({ W, U, x, y }), ...outputs({ U, h })].map(Math.abs));
  const factor = Math.min(1, ORDINARY / largest);
  return { id, title, W: scale(W, factor), U: scale(U, factor), x, y, h };
}

function binaryUnits(random: Random, n: number): NdArray {
  const units = Float64Array.from({ length: n }, () => random.integer(2));
  units[random.integer(n)] = 1;
  return NdArray.of(units);
}

export function ordinaryInputs(seed: number): Input[] {
  return [
    ordinary(seed, 'real', 'real-valued x, y and h', { d: 3, c: 2, K: 4 }, false),
    ordinary(seed, 'binary', 'binary x, y and h', { d: 4, c: 3, K: 5 }, true),
    ordinary(seed, 'square', 'square matrices W and U', { d: 3, c: 3, K: 3 }, false),
    ordinary(seed, 'one-hidden', 'a single hidden unit (K = 1)', { d: 3, c: 2, K: 1 }, false),
    ordinary(seed, 'one-input', 'a single input (d = 1)', { d: 1, c: 2, K: 3 }, false),
    ordinary(seed, 'one-output', 'a single output (c = 1)', { d: 3, c: 1, K: 4 }, false),
    ordinary(seed, 'one-of-each', 'one unit of each kind (d = c = K = 1)', { d: 1, c: 1, K: 1 }, false),
    ordinary(seed, 'wide', 'twelve hidden units', { d: 6, c: 5, K: 12 }, false),
  ];
}

/** Small enough to visit every state. */
export function enumerableInputs(seed: number): Input[] {
  return [
    ordinary(seed, 'states-1', 'a single hidden unit and output', { d: 2, c: 1, K: 1 }, false),
    ordinary(seed, 'states-3', 'three hidden units, two outputs', { d: 4, c: 2, K: 3 }, true),
    ordinary(seed, 'states-6', 'six hidden units, four outputs', { d: 3, c: 4, K: 6 }, false),
    ordinary(seed, 'states-12', 'twelve hidden units, six outputs', { d: 5, c: 6, K: 12 }, false),
  ];
}

/** A program that visits 2^40 states does not come back from these. */
export function manyUnits(seed: number): Input[] {
  return [ordinary(seed, 'many', 'forty hidden units (K = 40)', { d: 10, c: 4, K: 40 }, false)];
}

/**
 * Each activation is an ordinary number, but the product of all 1 + exp(aₖ) is not: the sum of the aₖ lies beyond what exp
 * can hold. Above 19 the softplus of tfjs is right to nine digits; programs that take log(1 + eᵃ) to be a do so above 20.
 */
export function manyUnitsOn(seed: number): Input[] {
  const input = ordinary(seed, 'many-on', '', { d: 10, c: 4, K: 40 }, false);
  const to = Array.from(activations(input), (a, k) => (k % 13 === 5 ? a : 19.1 + 0.02 * k));
  return [{ ...drive(input, to), id: 'many', title: 'forty hidden units (K = 40), most of them on' }];
}

/** Inputs whose activations are at the ends of the range; the true results are ordinary finite numbers. */
export function extremeHiddenInputs(seed: number): Input[] {
  const base = (id: string): Input => ordinary(seed, `extreme-${id}`, '', { d: 3, c: 2, K: 4 }, false);
  const driven = (id: string, title: string, to: number[]): Input => ({ ...drive(base(id), to), title });
  const zeroWeights = base('zero-weights');
  const zeroUnits = base('zero-units');
  return [
    driven('mixed', 'activations of 1,000 and −1,000 among ordinary ones', [1000, -1000, 0.7, -2]),
    driven('on', 'activations near 1,000', [1000, 950, 1005, 990]),
    driven('off', 'activations near −1,000', [-1000, -950, -1005, -990]),
    driven('beyond-exp', 'activations just beyond what exp can hold', [711, -745, 720, 1.5]),
    // 12 is below the threshold of tfjs's softplus, but above that of programs that take log(1 + eᵃ) to be a too soon.
    driven('forty', 'activations between −40 and 40', [40, -40, 25, 12]),
    { ...cancelling(base('cancelling')), title: 'xᵀW near 900 and yᵀU near −900, which cancel' },
    {
      ...zeroWeights,
      title: 'weights that are all 0',
      W: scale(zeroWeights.W, 0),
      U: scale(zeroWeights.U, 0),
    },
    { ...zeroUnits, title: 'x and y that are all 0', x: scale(zeroUnits.x, 0), y: scale(zeroUnits.y, 0) },
  ];
}

export function extremeOutputInputs(seed: number): Input[] {
  const base = (id: string): Input => ordinary(seed, `extreme-output-${id}`, '', { d: 2, c: 3, K: 4 }, false);
  const driven = (id: string, title: string, to: number[]): Input => ({ ...driveOutputs(base(id), to), title });
  const zeroWeights = base('zero-weights');
  const zeroHidden = base('zero-hidden');
  return [
    driven('mixed', 'activations of 1,000 and −1,000 beside an ordinary one', [1000, -1000, 0.5]),
    driven('beyond-exp', 'activations just beyond what exp can hold', [711, -745, -1.2]),
    driven('forty', 'activations of ±40', [40, -40, 30]),
    { ...zeroWeights, title: 'weights that are all 0', U: scale(zeroWeights.U, 0) },
    { ...zeroHidden, title: 'hidden units that are all 0', h: scale(zeroHidden.h, 0) },
  ];
}

/** aₖ = Σᵢ xᵢ Wᵢₖ + Σⱼ yⱼ Uⱼₖ, [K] */
export function activations({ W, U, x, y }: Pick<Input, 'W' | 'U' | 'x' | 'y'>): Float64Array {
  const K = W.shape[1]!;
  return Float64Array.from({ length: K }, (_, k) => {
    let sum = 0;
    for (let i = 0; i < x.data.length; i++) sum += x.data[i]! * W.data[i * K + k]!;
    for (let j = 0; j < y.data.length; j++) sum += y.data[j]! * U.data[j * K + k]!;
    return sum;
  });
}

/** bⱼ = Σₖ Uⱼₖ hₖ, [c] */
export function outputs({ U, h }: Pick<Input, 'U' | 'h'>): Float64Array {
  const [c, K] = U.shape as [number, number];
  return Float64Array.from({ length: c }, (_, j) => {
    let sum = 0;
    for (let k = 0; k < K; k++) sum += U.data[j * K + k]! * h.data[k]!;
    return sum;
  });
}

/** The input with weights that lead to these activations: both W and U take part. */
function drive(input: Input, to: number[]): Input {
  const a = activations(input);
  const by = NdArray.of(to.map((target, k) => target - a[k]!));
  const norm = squaredNorm(input.x) + squaredNorm(input.y);
  return {
    ...input,
    W: addOuter(input.W, input.x, scale(by, 1 / norm)),
    U: addOuter(input.U, input.y, scale(by, 1 / norm)),
  };
}

function driveOutputs(input: Input, to: number[]): Input {
  const b = outputs(input);
  const by = NdArray.of(to.map((target, j) => target - b[j]!));
  return { ...input, U: addOuter(input.U, by, scale(input.h, 1 / squaredNorm(input.h))) };
}

/** Adds 900 to what comes from x and takes 900 from what comes from y; the activations stay as they are. */
function cancelling(input: Input): Input {
  const ones = NdArray.of(new Float64Array(input.W.shape[1]!).fill(900));
  return {
    ...input,
    W: addOuter(input.W, input.x, scale(ones, 1 / squaredNorm(input.x))),
    U: addOuter(input.U, input.y, scale(ones, -1 / squaredNorm(input.y))),
  };
}

/** The input with the activations a − v, brought about by W alone or by U alone. */
export function lowerActivations(input: Input, v: NdArray, through: 'W' | 'U'): Input {
  const units = through === 'W' ? input.x : input.y;
  return { ...input, [through]: addOuter(input[through], units, scale(v, -1 / squaredNorm(units))) };
}

/** M + u vᵀ */
function addOuter(M: NdArray, u: NdArray, v: NdArray): NdArray {
  const columns = v.data.length;
  return new NdArray(
    M.shape,
    Float64Array.from(M.data, (value, i) => value + u.data[Math.floor(i / columns)]! * v.data[i % columns]!),
  );
}

function squaredNorm({ data }: NdArray): number {
  let sum = 0;
  for (const value of data) sum += value * value;
  return sum;
}
