import { NdArray } from '../../../harness/model/value.ts';
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

export function meanRow(array: NdArray): NdArray {
  const [n, k] = array.shape as [number, number];
  const mean = new Float64Array(k);
  for (let i = 0; i < array.data.length; i++) mean[i % k]! += array.data[i]! / n;
  return new NdArray([k], mean);
}

export const rowOf = (array: NdArray, i: number): NdArray => new NdArray([array.shape[1]!], rows(array, i, i + 1).data);

export function joinedRows(...parts: NdArray[]): NdArray {
  const data = parts.flatMap((part) => Array.from(part.data));
  return NdArray.of(data, [data.length / parts[0]!.shape[1]!, parts[0]!.shape[1]!]);
}

export function meanPicture(x: NdArray): NdArray {
  const n = x.shape[0]!;
  const size = x.data.length / n;
  const mean = new Float64Array(size);
  for (let i = 0; i < x.data.length; i++) mean[i % size]! += x.data[i]! / n;
  return new NdArray([1, ...PICTURE], mean);
}

function combined(a: NdArray, b: NdArray, f: (x: number, y: number) => number): NdArray {
  return new NdArray(
    a.shape,
    Float64Array.from(a.data, (x, i) => f(x, b.data[i]!)),
  );
}

export const plus = (a: NdArray, b: NdArray): NdArray => combined(a, b, (x, y) => x + y);

export const minus = (a: NdArray, b: NdArray): NdArray => combined(a, b, (x, y) => x - y);

export const times = (a: NdArray, by: number): NdArray => combined(a, a, (x) => by * x);

export const clipped = (a: NdArray): NdArray => combined(a, a, (x) => Math.min(1, Math.max(0, x)));
