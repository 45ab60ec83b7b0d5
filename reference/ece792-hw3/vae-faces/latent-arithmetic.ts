import { NdArray } from '../../../harness/model/value.ts';
import { columnMeans } from '../../../harness/numerics/linalg.ts';
import { PICTURE, rows } from './inputs.ts';

export function shares(frames: number, at: (i: number) => number): number[] {
  return Array.from({ length: frames }, (_, i) => at(i));
}

/** Codes at these places of the line between the two rows of mu [2, k]. */
export function onLine(mu: NdArray, at: number[]): NdArray {
  const k = mu.shape[1]!;
  const data = at.flatMap((t) => Array.from({ length: k }, (_, j) => (1 - t) * mu.data[j]! + t * mu.data[k + j]!));
  return NdArray.of(data, [at.length, k]);
}

/** The same on the great circle (Shoemake 1985), as codes are sometimes interpolated. */
export function onArc(mu: NdArray, at: number[]): NdArray {
  const k = mu.shape[1]!;
  const [a, b] = [Float64Array.from(mu.data.subarray(0, k)), Float64Array.from(mu.data.subarray(k))];
  const dot = a.reduce((sum, x, j) => sum + x * b[j]!, 0) / (Math.hypot(...a) * Math.hypot(...b));
  const angle = Math.acos(Math.min(1, Math.max(-1, dot)));
  if (!(angle > 1e-6)) return onLine(mu, at);
  const data = at.flatMap((t) => {
    const [wa, wb] = [Math.sin((1 - t) * angle) / Math.sin(angle), Math.sin(t * angle) / Math.sin(angle)];
    return Array.from({ length: k }, (_, j) => wa * a[j]! + wb * b[j]!);
  });
  return NdArray.of(data, [at.length, k]);
}

/** Every row of mu [n, k] moved by s·d. */
export function moved(mu: NdArray, d: NdArray, s: number): NdArray {
  const k = d.data.length;
  return new NdArray(
    mu.shape,
    Float64Array.from(mu.data, (x, i) => x + s * d.data[i % k]!),
  );
}

export const meanRow = (array: NdArray): NdArray => NdArray.of(columnMeans(array));

export const rowOf = (array: NdArray, i: number): NdArray => new NdArray([array.shape[1]!], rows(array, i, i + 1).data);

export function joinedRows(...parts: NdArray[]): NdArray {
  const data = parts.flatMap((part) => Array.from(part.data));
  return NdArray.of(data, [data.length / parts[0]!.shape[1]!, parts[0]!.shape[1]!]);
}

export const meanPicture = (x: NdArray): NdArray => new NdArray([1, ...PICTURE], columnMeans(x));

/** a − b; NaN where b has no entry: codes of two calls may differ in length, and that is no fault of the grader. */
export function minus(a: NdArray, b: NdArray): NdArray {
  return new NdArray(
    a.shape,
    Float64Array.from(a.data, (x, i) => x - b.data[i]!),
  );
}

export function clipped(a: NdArray): NdArray {
  return new NdArray(
    a.shape,
    Float64Array.from(a.data, (x) => Math.min(1, Math.max(0, x))),
  );
}
