import type { Deviation, Problem } from '../../../harness/checks/property.ts';
import { type Call, HandleArg } from '../../../harness/model/call.ts';
import type { Success } from '../../../harness/model/observation.ts';
import type { NdArray } from '../../../harness/model/value.ts';
import type { VaeCalls } from './calls.ts';
import { apart, type Codes, readCodes } from './codes.ts';

/** Relative to the largest entry: float32 leaves 1e-7, the mistakes change 1e-3 and more. */
export const SAME = 1e-6;

export type Results = Record<string, Success>;

export const params = new HandleArg('params');

export interface Setup {
  vae: VaeCalls;
  init: { id: string; call: Call };
  /** [10, 32, 32, 3] */
  images: NdArray;
  negative: NdArray;
  draw(k: number): NdArray;
}

/** Another result that a program may have given, and what is then wrong with it. */
export interface Suspect {
  id: string;
  message: string;
  hint?: string;
  value: NdArray;
}

export function suspect(id: string, message: string, value: NdArray): Suspect {
  return { id, message, value };
}

/** How far a result is from what is expected; with a name where it is one of the suspects. */
export function compared(
  value: NdArray,
  expected: NdArray,
  scale: number,
  suspects: Suspect[],
  identity: string,
  same = SAME,
): Deviation[] | Problem {
  const bound = same * Math.max(scale, 1e-3);
  const error = apart(value, expected);
  if (error <= bound) return [{ identity, error, bound }];
  const found = suspects.filter(({ value: other }) => apart(value, other) <= bound && apart(expected, other) > bound);
  // Where two explain it, neither is sure.
  const names = new Set(found.map(({ message }) => message));
  const [named] = found;
  if (named === undefined || names.size > 1) return [{ identity, error, bound }];
  const { id, message, hint } = named;
  return {
    statement: `it should hold that ${identity}, but this is off by ${error.toPrecision(3)} (allowed ${bound.toPrecision(2)}).`,
    mistake: { id, message, ...(hint === undefined ? {} : { hint }) },
  };
}

/** Codes of several calls, or what is wrong with the first that are none. */
export function codesOf(results: Results, sizes: Record<string, number>): Codes[] | string {
  const all: Codes[] = [];
  for (const [id, n] of Object.entries(sizes)) {
    const codes = readCodes(results[id]!.value, n);
    if (typeof codes === 'string') return `the codes come from encode, and ${codes}`;
    all.push(codes);
  }
  return all;
}
