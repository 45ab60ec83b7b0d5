import type { NdArray } from '../model/value.ts';

export interface Tolerance {
  rtol: number;
  atol: number;
  /**
   * What `rtol` refers to: `entry`, each expected entry's own size; `max`, the largest one of the array
   * (for results whose small entries arise by cancellation of large ones).
   */
  scale: 'entry' | 'max';
}

export interface EntryError {
  index: number[];
  actual: number;
  expected: number;
  error: number;
  bound: number;
}

export interface Comparison {
  ok: boolean;
  /** The entry with the greatest error relative to its bound; undefined for an empty array. */
  worst: EntryError | undefined;
  /** Greatest absolute error of the entries that are finite in both. */
  maxError: number;
  /** Entries where one side is not finite and the other is not the same infinity (or NaN too). */
  nonFinite: { index: number[]; actual: number; expected: number }[];
  /** Greatest error in units of its bound: accepted up to 1. Infinity where `nonFinite` has entries. */
  ratio: number;
}

/**
 * Compares entry by entry. Infinities of the same sign are equal, and NaN where NaN is expected.
 * Throws RangeError where the shapes differ: the shape is to be looked at first, in words of its own.
 */
export function compareArrays(actual: NdArray, expected: NdArray, tolerance: Tolerance): Comparison {
  if (actual.shape.length !== expected.shape.length || actual.shape.some((side, i) => side !== expected.shape[i])) {
    throw new RangeError(`cannot compare shape [${actual.shape}] with [${expected.shape}]`);
  }
  const { rtol, atol } = tolerance;
  const largest = tolerance.scale === 'max' ? maxAbs(expected.data) : 0;
  const nonFinite: Comparison['nonFinite'] = [];
  let worst = -1;
  let ratio = -1;
  let maxError = 0;
  for (let i = 0; i < expected.data.length; i++) {
    const a = actual.data[i]!;
    const e = expected.data[i]!;
    // Object.is, since NaN === NaN is false.
    if (a === e || Object.is(a, e)) {
      if (ratio < 0) [worst, ratio] = [i, 0];
      continue;
    }
    const error = Math.abs(a - e);
    // Finite numbers can still differ by more than the largest double: an infinite error, not a non-finite entry.
    if (!Number.isFinite(a) || !Number.isFinite(e)) {
      nonFinite.push({ index: indexOf(i, expected.shape), actual: a, expected: e });
      if (ratio < Number.POSITIVE_INFINITY) [worst, ratio] = [i, Number.POSITIVE_INFINITY];
      continue;
    }
    maxError = Math.max(maxError, error);
    const share = error / boundFor(e);
    if (share > ratio) [worst, ratio] = [i, share];
  }
  return {
    // `<=` is false for NaN. `!(ratio > 1)` would let a NaN pass, which is how a grader comes to accept NaN results.
    ok: nonFinite.length === 0 && Math.max(ratio, 0) <= 1,
    worst: worst < 0 ? undefined : entryAt(worst),
    maxError,
    nonFinite,
    ratio: Math.max(ratio, 0),
  };

  function boundFor(expectedEntry: number): number {
    return atol + rtol * (tolerance.scale === 'max' ? largest : Math.abs(expectedEntry));
  }

  function entryAt(flat: number): EntryError {
    const a = actual.data[flat]!;
    const e = expected.data[flat]!;
    const error = a === e || Object.is(a, e) ? 0 : Math.abs(a - e);
    return { index: indexOf(flat, expected.shape), actual: a, expected: e, error, bound: boundFor(e) };
  }
}

/** The index of a row-major position: `indexOf(5, [2, 3])` is `[1, 2]`. */
export function indexOf(flat: number, shape: readonly number[]): number[] {
  const index = new Array<number>(shape.length);
  let rest = flat;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index[axis] = rest % shape[axis]!;
    rest = Math.floor(rest / shape[axis]!);
  }
  return index;
}

/** Largest magnitude among the finite entries, 0 if there is none. */
export function maxAbs(values: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    const magnitude = Math.abs(values[i]!);
    if (magnitude > largest && magnitude < Number.POSITIVE_INFINITY) largest = magnitude;
  }
  return largest;
}

/**
 * True when the numbers went through float32: every entry is a float32 number, and at least one is so without
 * need. Entries of up to 12 significant bits (0, 1, 0.5, small integers, …) are float32 numbers in any program and
 * say nothing. A double fits by chance once in 2^29, so one entry is enough: of a sparse gradient there may be no more.
 */
export function isFloat32Quantised(values: ArrayLike<number>): boolean {
  let telling = false;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    if (Math.fround(value) !== value) return false;
    telling ||= !isShort(value);
  }
  return telling;
}

function isShort(value: number): boolean {
  if (value === 0) return true;
  const exponent = Math.floor(Math.log2(Math.abs(value)));
  return Number.isInteger(value * 2 ** (12 - exponent));
}
