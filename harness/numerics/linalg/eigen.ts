import { NdArray } from '../../model/value.ts';
import { squareSide } from './matrix.ts';

export interface Eigen {
  /** Eigenvalues, largest first. */
  values: Float64Array;
  /** [n, n]: row i is the unit eigenvector of values[i]. */
  vectors: NdArray;
}

/**
 * All eigenvalues and eigenvectors of a symmetric matrix (the upper triangle is not read): Householder reduction to
 * tridiagonal form, then QL steps with Wilkinson's shift (Golub & Van Loan, Matrix Computations, §8.3).
 * Throws RangeError where an entry is not finite.
 */
export function symmetricEigen(a: NdArray): Eigen {
  const n = squareSide(a);
  if (!a.data.every(Number.isFinite)) throw new RangeError('eigenvalues of a matrix with an entry that is not finite');
  const { diagonal, offDiagonal, basis } = tridiagonalise(a, n);
  diagonaliseTridiagonal(diagonal, offDiagonal, basis, n);
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => diagonal[j]! - diagonal[i]!);
  const vectors = NdArray.zeros([n, n]);
  for (const [target, source] of order.entries()) {
    (vectors.data as Float64Array).set(basis.subarray(source * n, (source + 1) * n), target * n);
  }
  return { values: Float64Array.from(order, (i) => diagonal[i]!), vectors };
}

interface Tridiagonal {
  diagonal: Float64Array;
  /** offDiagonal[i] couples i and i + 1; the last entry is 0. */
  offDiagonal: Float64Array;
  /** Rows are the orthonormal basis in which the matrix is tridiagonal: A = basisᵀ · T · basis. */
  basis: Float64Array;
}

/** A ← H A H for one reflection H = I − 2 v vᵀ per column, each zeroing a column below the subdiagonal. */
function tridiagonalise(a: NdArray, n: number): Tridiagonal {
  const work = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      work[i * n + j] = a.data[i * n + j]!;
      work[j * n + i] = a.data[i * n + j]!;
    }
  }
  const reflections: (Float64Array | undefined)[] = [];
  const product = new Float64Array(n);
  for (let k = 0; k + 2 < n; k++) {
    const v = reflector(work, n, k);
    reflections.push(v);
    if (v === undefined) continue;
    // With p = A v and q = p − (vᵀp) v: H A H = A − 2 v qᵀ − 2 q vᵀ.
    let overlap = 0;
    for (let i = k; i < n; i++) {
      let sum = 0;
      for (let j = k + 1; j < n; j++) sum += work[i * n + j]! * v[j]!;
      product[i] = sum;
      overlap += sum * v[i]!;
    }
    for (let i = k; i < n; i++) product[i]! -= overlap * v[i]!;
    for (let i = k; i < n; i++) {
      const vi = 2 * v[i]!;
      const qi = 2 * product[i]!;
      for (let j = k; j < n; j++) work[i * n + j]! -= vi * product[j]! + qi * v[j]!;
    }
  }
  const basis = new Float64Array(n * n);
  for (let i = 0; i < n; i++) basis[i * n + i] = 1;
  // basis = H_last ⋯ H_1, applied from the right end so that each step touches only the block that is not yet identity.
  for (let k = reflections.length - 1; k >= 0; k--) {
    const v = reflections[k];
    if (v === undefined) continue;
    for (let i = k + 1; i < n; i++) {
      let sum = 0;
      for (let j = k + 1; j < n; j++) sum += basis[i * n + j]! * v[j]!;
      for (let j = k + 1; j < n; j++) basis[i * n + j]! -= 2 * sum * v[j]!;
    }
  }
  const diagonal = Float64Array.from({ length: n }, (_, i) => work[i * n + i]!);
  const offDiagonal = Float64Array.from({ length: n }, (_, i) => (i + 1 < n ? work[(i + 1) * n + i]! : 0));
  return { diagonal, offDiagonal, basis };
}

/** The unit vector v (zero up to k) whose reflection maps column k below the diagonal to a multiple of e_{k+1}. */
function reflector(work: Float64Array, n: number, k: number): Float64Array | undefined {
  let largest = 0;
  for (let i = k + 2; i < n; i++) largest = Math.max(largest, Math.abs(work[i * n + k]!));
  if (largest === 0) return undefined;
  largest = Math.max(largest, Math.abs(work[(k + 1) * n + k]!));
  const v = new Float64Array(n);
  let square = 0;
  for (let i = k + 1; i < n; i++) {
    v[i] = work[i * n + k]! / largest;
    square += v[i]! ** 2;
  }
  // The sign that adds, never cancels.
  v[k + 1]! += v[k + 1]! >= 0 ? Math.sqrt(square) : -Math.sqrt(square);
  let length = 0;
  for (let i = k + 1; i < n; i++) length += v[i]! ** 2;
  length = Math.sqrt(length);
  for (let i = k + 1; i < n; i++) v[i]! /= length;
  return v;
}

/** Implicit QL steps until every coupling is negligible; `rows` turns along, so that its rows become eigenvectors. */
function diagonaliseTridiagonal(d: Float64Array, e: Float64Array, rows: Float64Array, n: number): void {
  for (let low = 0; low < n; low++) {
    for (let round = 0; ; round++) {
      let high = low;
      while (high < n - 1 && Math.abs(e[high]!) > Number.EPSILON * (Math.abs(d[high]!) + Math.abs(d[high + 1]!))) {
        high++;
      }
      if (high === low) break;
      // In practice two or three rounds an eigenvalue; couplings among eigenvalues ~ 0 may never fall below the test.
      if (round === 60) break;
      qlStep(d, e, rows, n, low, high);
    }
  }
}

function qlStep(d: Float64Array, e: Float64Array, rows: Float64Array, n: number, low: number, high: number): void {
  const half = (d[low + 1]! - d[low]!) / (2 * e[low]!);
  const root = Math.hypot(half, 1);
  let g = d[high]! - d[low]! + e[low]! / (half + (half >= 0 ? root : -root));
  let sine = 1;
  let cosine = 1;
  let shift = 0;
  for (let i = high - 1; i >= low; i--) {
    const f = sine * e[i]!;
    const b = cosine * e[i]!;
    const r = Math.hypot(f, g);
    e[i + 1] = r;
    if (r === 0) {
      // A coupling vanished on the way: the block splits here.
      d[i + 1]! -= shift;
      e[high] = 0;
      return;
    }
    sine = f / r;
    cosine = g / r;
    g = d[i + 1]! - shift;
    const s = (d[i]! - g) * sine + 2 * cosine * b;
    shift = sine * s;
    d[i + 1] = g + shift;
    g = cosine * s - b;
    rotateRows(rows, n, i, cosine, sine);
  }
  d[low]! -= shift;
  e[low] = g;
  e[high] = 0;
}

function rotateRows(rows: Float64Array, n: number, i: number, cosine: number, sine: number): void {
  const upper = i * n;
  const lower = (i + 1) * n;
  for (let k = 0; k < n; k++) {
    const x = rows[upper + k]!;
    const y = rows[lower + k]!;
    rows[lower + k] = sine * x + cosine * y;
    rows[upper + k] = cosine * x - sine * y;
  }
}
