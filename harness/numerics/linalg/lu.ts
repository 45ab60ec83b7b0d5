import { NdArray } from '../../model/value.ts';
import { identity, sides, squareSide } from './matrix.ts';

export interface Lu {
  n: number;
  /** L below the diagonal (its unit diagonal left out), U on and above it, row-major. */
  factors: Float64Array;
  /** Row i of the factors is row `order[i]` of the matrix. */
  order: number[];
  /** Sign of that permutation. */
  sign: number;
}

/** Gaussian elimination with partial pivoting: P·A = L·U. A singular matrix gives a zero on U's diagonal. */
export function lu(a: NdArray): Lu {
  const n = squareSide(a);
  const factors = Float64Array.from(a.data);
  const order = Array.from({ length: n }, (_, i) => i);
  let sign = 1;
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let row = column + 1; row < n; row++) {
      if (Math.abs(factors[row * n + column]!) > Math.abs(factors[pivot * n + column]!)) pivot = row;
    }
    if (factors[pivot * n + column] === 0) continue;
    if (pivot !== column) {
      for (let k = 0; k < n; k++) {
        const held = factors[column * n + k]!;
        factors[column * n + k] = factors[pivot * n + k]!;
        factors[pivot * n + k] = held;
      }
      [order[column], order[pivot]] = [order[pivot]!, order[column]!];
      sign = -sign;
    }
    for (let row = column + 1; row < n; row++) {
      factors[row * n + column]! /= factors[column * n + column]!;
      const multiplier = factors[row * n + column]!;
      for (let k = column + 1; k < n; k++) factors[row * n + k]! -= multiplier * factors[column * n + k]!;
    }
  }
  return { n, factors, order, sign };
}

/** X with A·X = B; a [n,n] or its factors, b [n,k]. Throws RangeError where A is singular. */
export function solve(a: NdArray | Lu, b: NdArray): NdArray {
  const { n, factors, order } = a instanceof NdArray ? lu(a) : a;
  const [rows, k] = sides(b);
  if (rows !== n) throw new RangeError(`cannot solve a system of ${n} equations for shape [${b.shape}]`);
  const x = NdArray.zeros([n, k]);
  for (let column = 0; column < k; column++) {
    for (let i = 0; i < n; i++) {
      let sum = b.data[order[i]! * k + column]!;
      for (let j = 0; j < i; j++) sum -= factors[i * n + j]! * x.data[j * k + column]!;
      x.data[i * k + column] = sum;
    }
    for (let i = n - 1; i >= 0; i--) {
      const pivot = factors[i * n + i]!;
      if (pivot === 0) throw new RangeError('the matrix is singular');
      let sum = x.data[i * k + column]!;
      for (let j = i + 1; j < n; j++) sum -= factors[i * n + j]! * x.data[j * k + column]!;
      x.data[i * k + column] = sum / pivot;
    }
  }
  return x;
}

export function inverse(a: NdArray): NdArray {
  return solve(a, identity(squareSide(a)));
}

export function determinant(a: NdArray): number {
  const { n, factors, sign } = lu(a);
  let product = sign;
  for (let i = 0; i < n; i++) product *= factors[i * n + i]!;
  return product;
}

/** log|det A|, −∞ where A is singular; no overflow in between. */
export function logAbsDeterminant(a: NdArray): number {
  const { n, factors } = lu(a);
  let sum = 0;
  for (let i = 0; i < n; i++) sum += Math.log(Math.abs(factors[i * n + i]!));
  return sum;
}
