import { coerce, select } from '../../../harness/checks/coerce.ts';
import type { Problem } from '../../../harness/checks/property.ts';
import type { Success } from '../../../harness/model/observation.ts';
import { NdArray, type Value } from '../../../harness/model/value.ts';
import { PICTURE } from './inputs.ts';

/** What encode says of n pictures. */
export interface Codes {
  /** [n, k] */
  mu: NdArray;
  logVar: NdArray;
  k: number;
}

/** A result of encode as arrays [n, k], or what is wrong with it. */
export function readCodes(value: Value, n: number): Codes | string {
  const [mu, logVar] = [select(value, ['mu']), select(value, ['logVar'])];
  const k = widthOf(mu);
  if (k === undefined) return 'encode should return { mu, logVar }, both tensors of shape [n, k].';
  const parts: NdArray[] = [];
  for (const [name, part] of [
    ['mu', mu],
    ['logVar', logVar],
  ] as const) {
    const coerced = coerce(part, [n, k], name);
    if (!coerced.ok) return coerced.problem;
    if (!coerced.array.data.every(Number.isFinite)) return `${name} has entries that are not finite.`;
    parts.push(coerced.array);
  }
  return { mu: parts[0]!, logVar: parts[1]!, k };
}

/** k where there are codes; 1 where there are none, which is told of encode. */
export function codeWidth(encoded: Success | undefined, n = 1): number {
  const codes = readCodes(encoded?.value, n);
  return typeof codes === 'string' ? 1 : codes.k;
}

function widthOf(value: Value): number | undefined {
  if (value instanceof NdArray) return value.shape.length === 2 ? value.shape[1] : undefined;
  const first = Array.isArray(value) ? value[0] : undefined;
  if (first instanceof NdArray) return first.data.length;
  return Array.isArray(first) ? first.length : undefined;
}

/** Pictures [n, 32, 32, 3] of finite numbers, or what is wrong with them. `name` reads well before "should be". */
export function readPictures(value: Value, n: number, name: string): NdArray | string {
  return readArray(value, [n, ...PICTURE], name);
}

export function readArray(value: Value, shape: readonly number[], name: string): NdArray | string {
  const coerced = coerce(value, shape, name);
  if (!coerced.ok) return coerced.problem;
  const odd = coerced.array.data.findIndex((x) => !Number.isFinite(x));
  return odd < 0 ? coerced.array : `${name} has an entry that is ${coerced.array.data[odd]}.`;
}

/** Greatest difference of two arrays of one size. */
export function apart(a: NdArray, b: NdArray): number {
  let most = 0;
  for (let i = 0; i < a.data.length; i++) {
    const off = Math.abs(a.data[i]! - b.data[i]!);
    if (!(off <= most)) most = off;
  }
  return most;
}

/** A problem, by its name where it is one of shape. */
export function misshapen(statement: string): Problem {
  if (!/shape/.test(statement)) return statement;
  return {
    statement,
    mistake: { id: 'wrong-shape', message: 'The result does not have the shape that the contract states.' },
  };
}
