import { NdArray } from '../../model/value.ts';

/** [rows, columns] of a matrix; throws RangeError for any other rank. */
export function sides(a: NdArray): [number, number] {
  if (a.shape.length !== 2) throw new RangeError(`a matrix has two axes, got shape [${a.shape}]`);
  return [a.shape[0]!, a.shape[1]!];
}

/** The side of a square matrix; throws RangeError for any other. */
export function squareSide(a: NdArray): number {
  const [rows, columns] = sides(a);
  if (rows !== columns) throw new RangeError(`a square matrix is needed, got shape [${a.shape}]`);
  return rows;
}

export function identity(n: number): NdArray {
  const result = NdArray.zeros([n, n]);
  for (let i = 0; i < n; i++) result.data[i * n + i] = 1;
  return result;
}

/** a [m,k] · b [k,n] → [m,n] */
export function matmul(a: NdArray, b: NdArray): NdArray {
  const [m, inner] = sides(a);
  const [rows, n] = sides(b);
  if (inner !== rows) throw new RangeError(`cannot multiply shapes [${a.shape}] and [${b.shape}]`);
  const result = NdArray.zeros([m, n]);
  // Row-wise order i, k, j: all three arrays are read along their rows.
  for (let i = 0; i < m; i++) {
    const target = result.data.subarray(i * n, (i + 1) * n);
    for (let k = 0; k < inner; k++) {
      const left = a.data[i * inner + k]!;
      const offset = k * n;
      for (let j = 0; j < n; j++) target[j]! += left * b.data[offset + j]!;
    }
  }
  return result;
}

/** a [m,n] → [n,m] */
export function transpose(a: NdArray): NdArray {
  const [m, n] = sides(a);
  const result = NdArray.zeros([n, m]);
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) result.data[j * m + i] = a.data[i * n + j]!;
  return result;
}

/** left + factor · right, of any equal shape. */
export function add(left: NdArray, right: NdArray, factor = 1): NdArray {
  if (left.data.length !== right.data.length) {
    throw new RangeError(`cannot add shapes [${left.shape}] and [${right.shape}]`);
  }
  return new NdArray(
    left.shape,
    Float64Array.from(left.data, (value, i) => value + factor * right.data[i]!),
  );
}

export function scale(a: NdArray, factor: number): NdArray {
  return new NdArray(
    a.shape,
    Float64Array.from(a.data, (value) => factor * value),
  );
}

/** The mean over the first axis, entry by entry, of an array of any rank: [n, …] → the entries of one of the n. */
export function columnMeans({ shape, data }: NdArray): Float64Array {
  const n = shape[0]!;
  const means = new Float64Array(data.length / n);
  for (let i = 0; i < data.length; i++) means[i % means.length]! += data[i]! / n;
  return means;
}

export function trace(a: NdArray): number {
  const n = squareSide(a);
  let sum = 0;
  for (let i = 0; i < n; i++) sum += a.data[i * n + i]!;
  return sum;
}

/** Σ aᵢ bᵢ over all entries: the inner product of vectors, and of matrices (Frobenius). */
export function dot(a: NdArray, b: NdArray): number {
  if (a.data.length !== b.data.length) throw new RangeError(`cannot pair shapes [${a.shape}] and [${b.shape}]`);
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) sum += a.data[i]! * b.data[i]!;
  return sum;
}

/** Greatest column sum of magnitudes. */
export function norm1(a: NdArray): number {
  const [m, n] = sides(a);
  let largest = 0;
  for (let j = 0; j < n; j++) {
    let sum = 0;
    for (let i = 0; i < m; i++) sum += Math.abs(a.data[i * n + j]!);
    largest = Math.max(largest, sum);
  }
  return largest;
}

/** Greatest row sum of magnitudes. */
export function normInf(a: NdArray): number {
  return norm1(transpose(a));
}

/** √(Σ aᵢⱼ²), of an array of any rank. */
export function normFrobenius(a: NdArray): number {
  return Math.sqrt(dot(a, a));
}
