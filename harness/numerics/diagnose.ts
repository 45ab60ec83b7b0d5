import { NdArray, sizeOf } from '../model/value.ts';
import { indexOf, maxAbs } from './compare.ts';

export interface DiagnoseOptions {
  /** Greatest difference, relative to the largest expected entry, at which a relation counts as found. Default 1e-6. */
  tolerance?: number;
  /** Sizes of the case by name, e.g. `{ n: 16 }`, so that a factor 1/16 can be called "1/n". */
  counts?: Record<string, number>;
}

/**
 * A simple relation between a wrong array and the right one, in plain words to follow "the result is …", or
 * undefined where there is none, or where it could be chance. Shapes may differ only by a transposition.
 */
export function diagnose(actual: NdArray, expected: NdArray, options: DiagnoseOptions = {}): string | undefined {
  const tolerance = options.tolerance ?? 1e-6;
  if (!actual.data.every(Number.isFinite) || !expected.data.every(Number.isFinite)) return undefined;
  if (maxAbs(expected.data) === 0) return undefined;
  const same = sameShape(actual.shape, expected.shape);
  if (same && agree(actual.data, expected.data, tolerance)) return undefined;
  if (!same) return relationOfAxes(actual, expected, tolerance);
  return (
    zeroResult(actual) ??
    lostSign(actual, expected, tolerance) ??
    factor(actual, expected, tolerance, options.counts ?? {}) ??
    relationOfAxes(actual, expected, tolerance) ??
    offset(actual, expected, tolerance) ??
    elementwise(actual, expected, tolerance) ??
    permutedRows(actual, expected, tolerance) ??
    rightUpTo(actual, expected, tolerance)
  );
}

type Numbers = ArrayLike<number>;

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((side, i) => side === b[i]);
}

function agree(a: Numbers, b: Numbers, tolerance: number): boolean {
  if (a.length !== b.length) return false;
  const bound = tolerance * maxAbs(b);
  for (let i = 0; i < a.length; i++) if (!(Math.abs(a[i]! - b[i]!) <= bound)) return false;
  return true;
}

/** The number of entries that differ clearly from zero and from each other: what a relation is tested on. */
function distinct(values: Numbers, tolerance: number): number {
  const bound = 1e3 * tolerance * maxAbs(values);
  const sorted = Float64Array.from(values as ArrayLike<number>).sort();
  let count = 0;
  let previous = Number.NEGATIVE_INFINITY;
  for (const value of sorted) {
    if (Math.abs(value) <= bound || value - previous <= bound) continue;
    count++;
    previous = value;
  }
  return count;
}

function zeroResult(actual: NdArray): string | undefined {
  return actual.data.every((value) => value === 0) ? 'zero everywhere' : undefined;
}

function lostSign(actual: NdArray, expected: NdArray, tolerance: number): string | undefined {
  const a = actual.data;
  const e = expected.data;
  const bound = tolerance * maxAbs(e);
  let kept = 0;
  let lost = 0;
  for (let i = 0; i < e.length; i++) {
    if (Math.abs(Math.abs(a[i]!) - Math.abs(e[i]!)) > bound) return undefined;
    if (Math.abs(e[i]!) <= bound) continue;
    if (Math.sign(a[i]!) === Math.sign(e[i]!)) kept++;
    else lost++;
  }
  if (kept === 0) return 'right but for the sign: every entry is the negative of the expected one';
  if (a.every((value) => value >= -bound)) return 'the absolute value of what is expected: the signs are lost';
  if (lost > 0) return `right in size, but ${lost} of ${kept + lost} entries have the wrong sign`;
  return undefined;
}

const NAMED_FACTORS: readonly [number, string][] = [
  [2, 'twice'],
  [-2, 'minus two times'],
  [0.5, 'half'],
  [-0.5, 'minus half'],
  [4, 'four times'],
  [0.25, 'a quarter of'],
  [Math.PI, 'π times'],
  [2 * Math.PI, '2π times'],
  [Math.sqrt(2 * Math.PI), '√(2π) times'],
  [1 / Math.PI, '1/π of'],
  [1 / (2 * Math.PI), '1/(2π) of'],
  [1 / Math.sqrt(2 * Math.PI), '1/√(2π) of'],
  [Math.SQRT2, '√2 times'],
  [Math.SQRT1_2, '1/√2 of'],
  [Math.LN2, 'ln 2 times'],
  [1 / Math.LN2, '1/ln 2 times'],
];

function factor(
  actual: NdArray,
  expected: NdArray,
  tolerance: number,
  counts: Record<string, number>,
): string | undefined {
  let product = 0;
  let square = 0;
  for (let i = 0; i < expected.data.length; i++) {
    product += actual.data[i]! * expected.data[i]!;
    square += expected.data[i]! ** 2;
  }
  const k = product / square;
  const scaled = Float64Array.from(expected.data, (value) => k * value);
  if (k === 0 || !agree(actual.data, scaled, tolerance)) return undefined;

  const near = (value: number): boolean => Math.abs(k - value) <= 10 * tolerance * Math.abs(value);
  for (const [name, count] of Object.entries(counts)) {
    if (count <= 2) continue;
    const forms: [number, string][] = [
      [count, `${name} = ${count} times`],
      [1 / count, `1/${name} (1/${count}) of`],
      [Math.sqrt(count), `√${name} (√${count}) times`],
      [1 / Math.sqrt(count), `1/√${name} (1/√${count}) of`],
      [count / (count - 1), `${name}/(${name} − 1) times (${count}/${count - 1})`],
      [(count - 1) / count, `(${name} − 1)/${name} (${count - 1}/${count}) of`],
    ];
    for (const [value, words] of forms) {
      if (near(value)) return `${words} what is expected`;
      if (near(-value)) return `minus ${words} what is expected`;
    }
  }
  for (const [value, words] of NAMED_FACTORS) if (near(value)) return `${words} what is expected`;
  // Any one number is some factor of any other: a factor without a name needs several entries to bear it out.
  if (distinct(expected.data, tolerance) < 3) return undefined;
  const parts = Math.round(Math.abs(1 / k));
  // A divisor that was put in or left out: 1/784 says more than 0.00127551. Of greater numbers every other one is near.
  if (parts > 2 && parts <= MOST_PARTS && Math.abs(Math.abs(k) * parts - 1) <= tolerance)
    return `${k < 0 ? 'minus ' : ''}1/${parts} of what is expected, in every entry`;
  return `${Number(k.toPrecision(6))} times what is expected, in every entry`;
}

/** At 1e-6, the inverse of a number drawn at random is as near to a whole number up to this once in fifty times. */
const MOST_PARTS = 10_000;

/** Reversals, transposition, first and last axis exchanged. */
function relationOfAxes(actual: NdArray, expected: NdArray, tolerance: number): string | undefined {
  // Of fewer than four different numbers an order is too easily hit by chance.
  if (distinct(expected.data, tolerance) < 4) return undefined;
  const rank = expected.shape.length;
  const matches = (candidate: NdArray): boolean =>
    sameShape(candidate.shape, actual.shape) &&
    !(sameShape(candidate.shape, expected.shape) && agree(candidate.data, expected.data, tolerance)) &&
    agree(actual.data, candidate.data, tolerance);

  const found: string[] = [];
  if (rank >= 2) {
    const exchanges: [number, number, string][] = [
      [rank - 2, rank - 1, rank === 2 ? 'transposed' : 'right but for its last two axes, which are exchanged'],
    ];
    if (rank > 2) exchanges.push([0, rank - 1, 'right but for its first and last axis, which are exchanged']);
    if (rank > 2) exchanges.push([0, 1, 'right but for its first two axes, which are exchanged']);
    for (const [one, other, words] of exchanges) if (matches(exchangeAxes(expected, one, other))) found.push(words);
    // Entries in the right order of a transposed reading: the classic of a reshape in place of a transpose.
    if (found.length === 0 && rank === 2 && !sameShape(actual.shape, expected.shape)) {
      if (agree(actual.data, expected.data, tolerance)) {
        found.push(`right entry by entry, but of shape [${actual.shape}] in place of [${expected.shape}]`);
      }
    }
  }
  for (let axis = 0; axis < rank; axis++) {
    if (expected.shape[axis]! < 2) continue;
    const where = rank === 1 ? '' : ` along axis ${axis}`;
    if (matches(reverseAxis(expected, axis))) found.push(`in reverse order${where}`);
  }
  return found.length === 1 ? found[0] : undefined;
}

function exchangeAxes(array: NdArray, one: number, other: number): NdArray {
  const shape = [...array.shape];
  [shape[one], shape[other]] = [shape[other]!, shape[one]!];
  const result = NdArray.zeros(shape);
  for (let i = 0; i < result.data.length; i++) {
    const index = indexOf(i, shape);
    [index[one], index[other]] = [index[other]!, index[one]!];
    result.data[i] = array.data[flatten(index, array.shape)]!;
  }
  return result;
}

function reverseAxis(array: NdArray, axis: number): NdArray {
  const result = NdArray.zeros(array.shape);
  for (let i = 0; i < result.data.length; i++) {
    const index = indexOf(i, array.shape);
    index[axis] = array.shape[axis]! - 1 - index[axis]!;
    result.data[i] = array.data[flatten(index, array.shape)]!;
  }
  return result;
}

function flatten(index: readonly number[], shape: readonly number[]): number {
  return index.reduce((flat, i, axis) => flat * shape[axis]! + i, 0);
}

function offset(actual: NdArray, expected: NdArray, tolerance: number): string | undefined {
  const differences = Float64Array.from(expected.data, (value, i) => actual.data[i]! - value);
  const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length;
  if (Math.abs(mean) > 100 * tolerance * maxAbs(expected.data) && distinct(expected.data, tolerance) >= 3) {
    const shifted = Float64Array.from(expected.data, (value) => value + mean);
    if (agree(actual.data, shifted, tolerance)) {
      const size = Number(Math.abs(mean).toPrecision(6));
      return `too ${mean > 0 ? 'large' : 'small'} by the same number, ${size}, in every entry`;
    }
  }
  return undefined;
}

const FUNCTIONS: readonly [string, (value: number) => number][] = [
  ['the reciprocal of what is expected, entry by entry', (value) => 1 / value],
  ['the exponential of what is expected, entry by entry', Math.exp],
  ['the logarithm of what is expected, entry by entry', Math.log],
  ['the negative logarithm of what is expected, entry by entry', (value) => -Math.log(value)],
  ['the square of what is expected, entry by entry', (value) => value * value],
  ['the square root of what is expected, entry by entry', Math.sqrt],
  ['one minus what is expected, entry by entry', (value) => 1 - value],
];

function elementwise(actual: NdArray, expected: NdArray, tolerance: number): string | undefined {
  const enough = distinct(expected.data, tolerance) >= 2;
  if (!enough) return undefined;
  const found = FUNCTIONS.filter(([, apply]) => agree(actual.data, Float64Array.from(expected.data, apply), tolerance));
  return found.length === 1 ? found[0]![0] : undefined;
}

function permutedRows(actual: NdArray, expected: NdArray, tolerance: number): string | undefined {
  const count = expected.shape[0] ?? 1;
  const width = sizeOf(expected.shape.slice(1));
  if (count < 3 || count > 1000 || width === 0 || distinct(expected.data, tolerance) < 4) return undefined;
  const bound = tolerance * maxAbs(expected.data);
  const free = new Set(Array.from({ length: count }, (_, row) => row));
  let moved = 0;
  for (let row = 0; row < count; row++) {
    const fits = (other: number): boolean => {
      for (let k = 0; k < width; k++) {
        if (Math.abs(actual.data[row * width + k]! - expected.data[other * width + k]!) > bound) return false;
      }
      return true;
    };
    const source = free.has(row) && fits(row) ? row : [...free].find(fits);
    if (source === undefined) return undefined;
    if (source !== row) moved++;
    free.delete(source);
  }
  if (moved === 0) return undefined;
  const things = expected.shape.length === 1 ? 'entries' : 'rows';
  return `right but for the order: the ${things} are those expected, ${moved} of ${count} in another place`;
}

/** The leading entries (at least a quarter, at least four different ones) right, and none of the others. */
function rightUpTo(actual: NdArray, expected: NdArray, tolerance: number): string | undefined {
  const bound = tolerance * maxAbs(expected.data);
  const right = Array.from(expected.data, (value, i) => Math.abs(actual.data[i]! - value) <= bound);
  const wrongCount = right.filter((one) => !one).length;
  if (wrongCount === 1 && right.length >= 4) {
    const at = indexOf(right.indexOf(false), expected.shape);
    return `right but for one entry, at [${at}]`;
  }
  const first = right.indexOf(false);
  const later = right.slice(first);
  if (first < 4 || first < right.length / 4 || later.some((one) => one)) return undefined;
  if (distinct(expected.data.slice(0, first), tolerance) < 4) return undefined;
  return `right up to entry [${indexOf(first - 1, expected.shape)}] and wrong in every entry from [${indexOf(first, expected.shape)}] on`;
}
