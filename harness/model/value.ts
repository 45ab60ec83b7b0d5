/**
 * The values that cross between the harness and a sandbox: plain data, and tensors as dense arrays.
 * Language-neutral on purpose: a worker in another language speaks the same values.
 */

export type DType = 'float64' | 'float32' | 'int32' | 'bool';
export type TypedData = Float64Array | Float32Array | Int32Array | Uint8Array;

/** A dense array in row-major order; `data.length` is the product of `shape`. */
export class NdArray {
  readonly shape: readonly number[];
  readonly data: TypedData;
  readonly dtype: DType;

  constructor(shape: readonly number[], data: TypedData, dtype: DType = dtypeOf(data)) {
    const size = sizeOf(shape);
    if (data.length !== size) throw new RangeError(`shape [${shape}] needs ${size} entries, got ${data.length}`);
    this.shape = shape;
    this.data = data;
    this.dtype = dtype;
  }

  /** A float64 array; the default shape is that of a vector. */
  static of(data: ArrayLike<number>, shape: readonly number[] = [data.length]): NdArray {
    return new NdArray(shape, Float64Array.from(data));
  }

  static zeros(shape: readonly number[]): NdArray {
    return new NdArray(shape, new Float64Array(sizeOf(shape)));
  }
}

export type Value = null | undefined | boolean | number | string | NdArray | Value[] | ValueRecord;
export type ValueRecord = { [key: string]: Value };

/** The number of entries of an array of this shape; 1 for a scalar (`[]`). */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

export function dtypeOf(data: TypedData): DType {
  if (data instanceof Float64Array) return 'float64';
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof Int32Array) return 'int32';
  return 'bool';
}

export function isRecord(value: unknown): value is ValueRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof NdArray);
}
