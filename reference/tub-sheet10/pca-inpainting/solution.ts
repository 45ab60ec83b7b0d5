import * as tf from '@tensorflow/tfjs';

/**
 * Inpainting by principal components: every row of xn is replaced by the nearest point of the plane that runs through
 * the mean of the training pictures along their d leading principal components,
 *
 *   x̂ = m + V Vᵀ (x − m),   m = mean of xr,   V [784, d] = leading unit eigenvectors of the covariance of xr.
 *
 * The eigenvectors are computed in double precision on plain arrays, whatever the backend.
 */
export async function pcaReconstruct(xn: tf.Tensor2D, xr: tf.Tensor2D, d: number): Promise<tf.Tensor2D> {
  const training = await xr.array();
  const mean = meanOf(training);
  const components = leadingComponents(
    training.map((picture) => subtract(picture, mean)),
    d,
  );
  return tf.tidy(() => {
    const centre = tf.tensor2d([mean]);
    // Training pictures that are all the same have no component at all: the plane is the mean alone.
    if (components.length === 0) return tf.zerosLike(xn).add(centre);
    const v = tf.tensor2d(components);
    const coefficients = tf.matMul(xn.sub(centre), v, false, true);
    return tf.matMul(coefficients, v).add(centre) as tf.Tensor2D;
  });
}

/**
 * The d leading principal components of centred rows, as orthonormal rows; fewer where the rank is less.
 *
 * The covariance XᵀX/N is 784 × 784, but with fewer pictures than pixels the Gram matrix XXᵀ [N, N] is smaller and has
 * the same eigenvalues but zero: from XXᵀu = λu follows XᵀX(Xᵀu) = λ(Xᵀu) with ‖Xᵀu‖² = λ.
 */
function leadingComponents(rows: number[][], d: number): number[][] {
  const fewPictures = rows.length < rows[0].length;
  const vectors = fewPictures ? rows : transpose(rows);
  const gram = vectors.map((a, i) => vectors.slice(0, i + 1).map((b) => dot(a, b)));
  const pairs = eigenpairs(gram);
  // Eigenvalues that are zero come out as rounding errors of the largest one.
  const negligible = pairs[0].value * vectors.length * 1e-14;
  const leading = pairs.slice(0, d).filter(({ value }) => value > negligible);
  if (!fewPictures) return leading.map(({ vector }) => vector);
  const components: number[][] = [];
  for (const { vector: u } of leading) {
    const component = new Array<number>(rows[0].length).fill(0);
    for (const [i, row] of rows.entries()) addMultiple(component, row, u[i]);
    // Division by a small √λ enlarges the rounding errors, so the components are made orthogonal once more.
    for (const other of components) addMultiple(component, other, -dot(component, other));
    const length = Math.sqrt(dot(component, component));
    components.push(component.map((value) => value / length));
  }
  return components;
}

interface Eigenpair {
  value: number;
  vector: number[];
}

/**
 * All eigenpairs of a symmetric matrix, largest eigenvalue first, the vectors of unit length. `lower` is its lower
 * triangle. Householder reflections make it tridiagonal, QL steps with a shift make that diagonal
 * (Golub & Van Loan, Matrix Computations, §8.3).
 */
function eigenpairs(lower: number[][]): Eigenpair[] {
  const n = lower.length;
  const a = lower.map((_, i) => lower.map((_, j) => (j <= i ? lower[i][j] : lower[j][i])));
  const basis = tridiagonalise(a);
  const diagonal = a.map((row, i) => row[i]);
  const coupling = a.map((row, i) => (i + 1 < n ? row[i + 1] : 0));
  for (let low = 0; low < n; low++) {
    // Two or three steps an eigenvalue are usual; the bound only guards against a loop without end.
    for (let step = 0; step < 60; step++) {
      let high = low;
      while (
        high < n - 1 &&
        Math.abs(coupling[high]) > 1e-16 * (Math.abs(diagonal[high]) + Math.abs(diagonal[high + 1]))
      )
        high++;
      if (high === low) break;
      qlStep(diagonal, coupling, basis, low, high);
    }
  }
  return diagonal.map((value, i) => ({ value, vector: basis[i] })).sort((p, q) => q.value - p.value);
}

/** Makes a symmetric matrix tridiagonal in place, a ← B a Bᵀ, and returns the orthogonal B. */
function tridiagonalise(a: number[][]): number[][] {
  const n = a.length;
  const normals: number[][] = [];
  for (let k = 0; k < n - 2; k++) {
    // The reflection I − 2vvᵀ takes what stands below the diagonal of column k to a multiple of the first unit vector.
    const v = a.map((row, i) => (i > k ? row[k] : 0));
    const below = Math.sqrt(dot(v, v));
    normals.push(v);
    if (below === 0) continue;
    v[k + 1] += v[k + 1] >= 0 ? below : -below;
    const length = Math.sqrt(dot(v, v));
    for (let i = k + 1; i < n; i++) v[i] /= length;
    // With p = av and q = p − (vᵀp)v: (I − 2vvᵀ) a (I − 2vvᵀ) = a − 2vqᵀ − 2qvᵀ.
    const q = a.map((row) => dot(row, v));
    addMultiple(q, v, -dot(v, q));
    for (let i = k; i < n; i++) {
      const row = a[i];
      const [vi, qi] = [2 * v[i], 2 * q[i]];
      for (let j = k; j < n; j++) row[j] -= vi * q[j] + qi * v[j];
    }
  }
  const basis = a.map((_, i) => a.map((_, j) => (i === j ? 1 : 0)));
  for (const v of normals.reverse()) for (const row of basis) addMultiple(row, v, -2 * dot(row, v));
  return basis;
}

/** One implicit QL step on the block low … high; `rows` turn along and become the eigenvectors. */
function qlStep(diagonal: number[], coupling: number[], rows: number[][], low: number, high: number): void {
  const half = (diagonal[low + 1] - diagonal[low]) / (2 * coupling[low]);
  const root = Math.hypot(half, 1);
  let g = diagonal[high] - diagonal[low] + coupling[low] / (half + (half >= 0 ? root : -root));
  let [sine, cosine, shift] = [1, 1, 0];
  for (let i = high - 1; i >= low; i--) {
    const f = sine * coupling[i];
    const b = cosine * coupling[i];
    const r = Math.hypot(f, g);
    coupling[i + 1] = r;
    if (r === 0) {
      diagonal[i + 1] -= shift;
      coupling[high] = 0;
      return;
    }
    sine = f / r;
    cosine = g / r;
    g = diagonal[i + 1] - shift;
    const s = (diagonal[i] - g) * sine + 2 * cosine * b;
    shift = sine * s;
    diagonal[i + 1] = g + shift;
    g = cosine * s - b;
    const [upper, lower] = [rows[i], rows[i + 1]];
    for (let k = 0; k < upper.length; k++) {
      const [x, y] = [upper[k], lower[k]];
      lower[k] = sine * x + cosine * y;
      upper[k] = cosine * x - sine * y;
    }
  }
  diagonal[low] -= shift;
  coupling[low] = g;
  coupling[high] = 0;
}

function meanOf(rows: number[][]): number[] {
  const sum = new Array<number>(rows[0].length).fill(0);
  for (const row of rows) addMultiple(sum, row, 1);
  return sum.map((value) => value / rows.length);
}

function subtract(a: number[], b: number[]): number[] {
  return a.map((value, k) => value - b[k]);
}

/** a ← a + factor · b */
function addMultiple(a: number[], b: number[], factor: number): void {
  if (factor === 0) return;
  for (let k = 0; k < a.length; k++) a[k] += factor * b[k];
}

function dot(a: number[], b: number[]): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}

function transpose(rows: number[][]): number[][] {
  return rows[0].map((_, k) => rows.map((row) => row[k]));
}
