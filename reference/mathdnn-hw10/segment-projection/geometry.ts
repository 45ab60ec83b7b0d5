import type { NdArray } from '../../../harness/model/value.ts';

export type Point = readonly [number, number];

/** Rows of an [n,2] array. */
export function rowsOf({ data, shape }: NdArray): Point[] {
  return Array.from({ length: shape[0]! }, (_, i) => [data[2 * i]!, data[2 * i + 1]!]);
}

export function distance([x, t]: Point, [u, v]: Point): number {
  return Math.hypot(x - u, t - v);
}

/** How far a point is from the segment {(a, t) : 0 ≤ t ≤ 1}; NaN where a coordinate is. */
export function distanceToSegment([x, t]: Point, a: number): number {
  const beyond = t < 0 ? -t : t > 1 ? t - 1 : 0 * t;
  return Math.hypot(x - a, beyond);
}

/** The greatest of some errors, 0 of none; NaN where one of them is NaN. */
export function greatest(errors: Iterable<number>): number {
  let worst = 0;
  for (const error of errors) {
    if (Number.isNaN(error)) return error;
    if (error > worst) worst = error;
  }
  return worst;
}
