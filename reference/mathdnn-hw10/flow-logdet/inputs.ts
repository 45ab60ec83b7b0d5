import { NdArray } from '../../../harness/model/value.ts';
import { scale } from '../../../harness/numerics/linalg.ts';
import { derive, type Random } from '../../../harness/numerics/random.ts';
import type { Kernel } from './layers.ts';

/** A kernel in its parts, and the sides of a picture. */
export interface Input extends Kernel {
  id: string;
  /** Reads well after "on". */
  title: string;
  m: number;
  n: number;
}

export function permutationMatrix(order: readonly number[]): NdArray {
  const C = order.length;
  const P = NdArray.zeros([C, C]);
  for (const [row, column] of order.entries()) P.data[row * C + column] = 1;
  return P;
}

/** An order other than the given one, where there is another. */
function shuffled(random: Random, C: number): number[] {
  for (;;) {
    const order = random.permutation(C);
    if (C === 1 || order.some((column, row) => column !== row)) return order;
  }
}

/** Greatest entry beside the diagonals: A stays well conditioned, so that eliminating it, too, gives twelve digits. */
const beside = (C: number): number => Math.min(0.8, 4 / C);

/** Unit lower triangular. */
function unitLower(random: Random, C: number): NdArray {
  const L = random.uniforms([C, C], -beside(C), beside(C));
  for (let i = 0; i < C; i++) {
    L.data[i * C + i] = 1;
    for (let j = i + 1; j < C; j++) L.data[i * C + j] = 0;
  }
  return L;
}

/** Strictly upper triangular. */
function strictlyUpper(random: Random, C: number): NdArray {
  const U = random.uniforms([C, C], -beside(C), beside(C));
  for (let i = 0; i < C; i++) for (let j = 0; j <= i; j++) U.data[i * C + j] = 0;
  return U;
}

/** Magnitudes between 0.4 and 2.5, both signs, at least one negative; Σ log|sᵢ| has the sign asked for and is not near 0. */
function diagonal(random: Random, C: number, sign: 1 | -1): NdArray {
  for (;;) {
    const s = Float64Array.from({ length: C }, () => {
      const size = 2.5 ** (2 * random.uniform() - 1);
      return random.integer(2) === 0 ? size : -size;
    });
    s[random.integer(C)]! *= -1;
    const sum = s.reduce((total, value) => total + Math.log(Math.abs(value)), 0);
    const mixed = s.some((value) => value < 0) && (C === 1 || s.some((value) => value > 0));
    if (mixed && sign * sum > 0.1) return NdArray.of(s);
  }
}

/** A random kernel for C channels, for pictures of m × n pixels; Σ log|sᵢ| is negative unless `sign` is 1. */
export function randomInput(
  seed: number,
  id: string,
  title: string,
  [C, m, n]: readonly [number, number, number],
  sign: 1 | -1 = -1,
): Input {
  const random = derive(seed, `flow-logdet/${id}`);
  const P = permutationMatrix(shuffled(random, C));
  return { id, title, P, L: unitLower(random, C), U: strictlyUpper(random, C), s: diagonal(random, C, sign), m, n };
}

export function ordinaryInputs(seed: number): Input[] {
  const square = randomInput(seed, 'square', 'three channels, 4×4 pixels', [3, 4, 4], 1);
  const identity = randomInput(
    seed,
    'unpermuted',
    'four channels in their own order (P = I), 2×5 pixels',
    [4, 2, 5],
    1,
  );
  const bare = randomInput(seed, 'bare', 'a permuted diagonal (L = I, U = 0), 3×2 pixels', [4, 3, 2], 1);
  const positive = randomInput(seed, 'positive', 'an s with positive entries only, 5×3 pixels', [3, 5, 3]);
  const three = randomInput(seed, 'three', 'three channels, 2×5 pixels', [3, 2, 5]);
  return [
    three,
    randomInput(seed, 'tall', 'five channels, 7×3 pixels', [5, 7, 3], 1),
    square,
    randomInput(seed, 'one-channel', 'a single channel (C = 1), 3×4 pixels', [1, 3, 4]),
    randomInput(seed, 'one-pixel', 'four channels, a single pixel', [4, 1, 1]),
    randomInput(seed, 'row', 'two channels, a single row of six pixels', [2, 1, 6]),
    randomInput(seed, 'column', 'two channels, a single column of seven pixels', [2, 7, 1], 1),
    { ...identity, P: permutationMatrix([0, 1, 2, 3]) },
    { ...bare, L: permutationMatrix([0, 1, 2, 3]), U: NdArray.zeros([4, 4]) },
    { ...positive, s: NdArray.of(positive.s.data.map(Math.abs)) },
    // All but one number as before: what is kept by less than the whole of s shows.
    {
      ...three,
      id: 'last-entry',
      title: 'three channels, only the last entry of s another one than before',
      s: NdArray.of(three.s.data.map((x, i) => (i === 2 ? x / 2 : x))),
    },
  ];
}

/** Inputs at the ends of the range; every true value is an ordinary finite number. */
export function extremeInputs(seed: number): Input[] {
  // L and U + diag s share one factor: then programs that eliminate A itself lose nothing by it either.
  const scaled = (id: string, title: string, factor: number, C = 12): Input => {
    const base = randomInput(seed, `extreme-${id}`, title, [C, 3, 2]);
    return { ...base, U: scale(base.U, factor), s: scale(base.s, factor) };
  };
  const mixed = randomInput(seed, 'extreme-mixed', 's between 1e-40 and 1e40, L = I and U = 0', [6, 2, 3]);
  const unit = randomInput(seed, 'extreme-unit', 's of ±1 only', [5, 4, 3]);
  const signs = derive(seed, 'flow-logdet/signs');
  const flags = Float64Array.from({ length: 5 }, (_, i) => (i < 2 ? -1 : signs.integer(2) === 0 ? -1 : 1));
  const spread = [1e40, -1e-40, -3e25, 2e-38, 5e30, -1e-31];
  return [
    scaled('large', 'twelve channels with entries of s near 1e30', 1e30),
    scaled('small', 'twelve channels with entries of s near 1e-30', 1e-30),
    scaled('tiny', 'entries of s near 1e-9', 1e-9, 3),
    {
      ...mixed,
      s: NdArray.of(signs.permutation(6).map((i) => spread[i]! * (1 + signs.uniform()))),
      L: permutationMatrix([0, 1, 2, 3, 4, 5]),
      U: NdArray.zeros([6, 6]),
    },
    { ...unit, s: NdArray.of(flags) },
    randomInput(seed, 'extreme-picture', 'three channels, 120×90 pixels', [3, 120, 90]),
  ];
}

/** Σ |log|sᵢ||, the size of the terms of which the result is the sum. */
export function termSize({ s }: Pick<Input, 's'>): number {
  return Array.from(s.data).reduce((sum, value) => sum + Math.abs(Math.log(Math.abs(value))), 0);
}

/** The input with one of its parts exchanged for another that has the same |det A|. */
export function rearrangements(
  seed: number,
  { id, s }: Input,
): { id: string; title: string; kernel: Partial<Kernel> }[] {
  const random = derive(seed, `flow-logdet/rearranged/${id}`);
  const C = s.data.length;
  const order = shuffled(random, C);
  const unpermuted = Array.from({ length: C }, (_, i) => i);
  return [
    { id: 'permutation', title: 'leaving out the permutation (P = I)', kernel: { P: permutationMatrix(unpermuted) } },
    { id: 'lower', title: 'another unit lower triangular L', kernel: { L: unitLower(random, C) } },
    { id: 'upper', title: 'another strictly upper triangular U', kernel: { U: strictlyUpper(random, C) } },
    { id: 'order', title: 'another order of s', kernel: { s: NdArray.of(order.map((i) => s.data[i]!)) } },
    { id: 'signs', title: 'the opposite sign of every entry of s', kernel: { s: scale(s, -1) } },
  ];
}
