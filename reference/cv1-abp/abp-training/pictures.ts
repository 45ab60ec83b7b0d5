import { coerce } from '../../../harness/checks/coerce.ts';
import type { NdArray, Value } from '../../../harness/model/value.ts';
import { add, dot } from '../../../harness/numerics/linalg.ts';
import { SIDE } from './calls.ts';

/** The mean over the batch of ‖I − g‖²/(2σ²). */
export function lossOf(pictures: NdArray | undefined, images: NdArray, sigma: number): number {
  if (pictures === undefined) return Number.NaN;
  const off = difference(images, pictures);
  return dot(off, off) / (2 * sigma ** 2) / images.shape[0]!;
}

/** `count` pictures, where a result is these. */
export function readPictures(value: Value, count: number): NdArray | undefined {
  const coerced = coerce(value, [count, SIDE, SIDE, 3]);
  return coerced.ok ? coerced.array : undefined;
}

export const difference = (a: NdArray, b: NdArray): NdArray => add(a, b, -1);
