import { isRecord, NdArray, type Value } from '../../../harness/model/value.ts';

/** The tensors of parameters that are records and lists of tensors, in the order of their keys. */
export function tensorsOf(params: Value): NdArray[] {
  if (params instanceof NdArray) return [params];
  if (Array.isArray(params)) return params.flatMap(tensorsOf);
  if (isRecord(params)) return Object.values(params).flatMap(tensorsOf);
  return [];
}

/** Names of the same tensors: `w1`, `layers.0.kernel`. */
export function namesOf(params: Value, at = ''): string[] {
  if (params instanceof NdArray) return [at];
  if (Array.isArray(params)) return params.flatMap((item, i) => namesOf(item, join(at, String(i))));
  if (isRecord(params)) return Object.entries(params).flatMap(([key, item]) => namesOf(item, join(at, key)));
  return [];
}

const join = (at: string, key: string): string => (at === '' ? key : `${at}.${key}`);

/** The same parameters with other tensors in their places. */
export function withTensors(params: Value, tensors: readonly NdArray[]): Value {
  let next = 0;
  const replace = (value: Value): Value => {
    if (value instanceof NdArray) return tensors[next++]!;
    if (Array.isArray(value)) return value.map(replace);
    if (isRecord(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replace(item)]));
    return value;
  };
  return replace(params);
}

/** aᵢ + factor·bᵢ for lists of tensors of the same shapes. */
export function plus(a: readonly NdArray[], b: readonly NdArray[], factor: number): NdArray[] {
  return a.map(
    (x, t) =>
      new NdArray(
        x.shape,
        Float64Array.from(x.data, (value, i) => value + factor * b[t]!.data[i]!),
      ),
  );
}

/** Σ aᵢ bᵢ over all tensors of two lists. */
export function dotAll(a: readonly NdArray[], b: readonly NdArray[]): number {
  let sum = 0;
  for (const [t, x] of a.entries()) for (let i = 0; i < x.data.length; i++) sum += x.data[i]! * b[t]!.data[i]!;
  return sum;
}

export function sameShapes(a: readonly NdArray[], b: readonly NdArray[]): boolean {
  return a.length === b.length && a.every(({ shape }, t) => shape.join() === b[t]!.shape.join());
}
