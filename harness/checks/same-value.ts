import { isRecord, NdArray, type Value } from '../model/value.ts';
import { maxAbs } from '../numerics/compare.ts';

/**
 * Relative difference of two results from the same arguments that still counts as the same: none but the last bits,
 * for backends whose sums run in an order of their own.
 */
const SAME = 1e-12;

/** Whether two results are the same, structure and numbers, of which those below `floor` count as 0; a scalar and its number are. */
export function sameValue(a: Value, b: Value, tolerance = SAME, floor = 0): boolean {
  if (a instanceof NdArray && b instanceof NdArray) {
    return (
      a.shape.length === b.shape.length &&
      a.shape.every((s, i) => s === b.shape[i]) &&
      close(a.data, b.data, tolerance, floor)
    );
  }
  if (a instanceof NdArray && a.data.length === 1 && typeof b === 'number') return close(a.data, [b], tolerance, floor);
  if (b instanceof NdArray && b.data.length === 1 && typeof a === 'number') return close([a], b.data, tolerance, floor);
  if (typeof a === 'number' && typeof b === 'number') return close([a], [b], tolerance, floor);
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, i) => sameValue(item, b[i], tolerance, floor));
  if (isRecord(a) && isRecord(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) => key in b && sameValue(a[key], b[key], tolerance, floor))
    );
  }
  return a === b;
}

function close(a: ArrayLike<number>, b: ArrayLike<number>, tolerance: number, floor: number): boolean {
  const bound = Math.max(floor, tolerance * Math.max(maxAbs(a), maxAbs(b)));
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]!, b[i]!];
    if (x === y || Object.is(x, y)) continue;
    if (!(Math.abs(x - y) <= bound)) return false;
  }
  return true;
}
