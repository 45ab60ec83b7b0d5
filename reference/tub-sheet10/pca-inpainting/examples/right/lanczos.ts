/**
 * @about Lanczos' method with full reorthogonalisation on the covariance, which is applied but never formed; the small tridiagonal matrix is diagonalised by QL.
 */
import * as tf from '@tensorflow/tfjs';

type Vector = Float64Array;

export const pcaReconstruct = async (xn: tf.Tensor2D, xr: tf.Tensor2D, d: number) => {
  const [n, pixels] = xr.shape;
  const data = Float64Array.from(await xr.data());
  const mean = new Float64Array(pixels);
  for (let i = 0; i < n; i++) for (let k = 0; k < pixels; k++) mean[k] += data[i * pixels + k] / n;
  const x: Vector[] = [];
  for (let i = 0; i < n; i++) x.push(data.subarray(i * pixels, (i + 1) * pixels).map((v, k) => v - mean[k]));

  const axes = lanczos(x, pixels, d);
  const rows = Float64Array.from(await xn.data());
  const out: number[] = [];
  for (let i = 0; i < xn.shape[0]; i++) {
    const centred = rows.subarray(i * pixels, (i + 1) * pixels).map((v, k) => v - mean[k]);
    const result = mean.slice();
    for (const axis of axes) add(result, axis, dot(axis, centred));
    out.push(...result);
  }
  return tf.tensor(out, [xn.shape[0], pixels]);
};

function lanczos(x: Vector[], pixels: number, d: number): Vector[] {
  const covariance = (v: Vector): Vector => {
    const result = new Float64Array(pixels);
    for (const row of x) add(result, row, dot(row, v));
    return result;
  };
  const total = x.reduce((sum, row) => sum + dot(row, row), 0);
  if (total === 0) return [];
  const basis: Vector[] = [];
  const alpha: number[] = [];
  const beta: number[] = [];
  // Started with pictures themselves: the whole Krylov space lies in the span of the data.
  let restart = 0;
  let w = x[restart].slice();
  let coupling = 0;
  while (basis.length < x.length) {
    for (let pass = 0; pass < 2; pass++) for (const q of basis) add(w, q, -dot(q, w));
    const length = Math.sqrt(dot(w, w));
    const scale = basis.length === 0 || coupling === 0 ? Math.sqrt(total) : total;
    if (length < 1e-11 * scale) {
      // An invariant subspace is complete: go on with another picture, not coupled to what came before.
      if (++restart >= x.length) break;
      w = x[restart].slice();
      coupling = 0;
      continue;
    }
    if (basis.length > 0) beta.push(coupling === 0 ? 0 : length);
    const q = w.map((v) => v / length);
    basis.push(q);
    w = covariance(q);
    alpha.push(dot(q, w));
    coupling = 1;
  }
  const { values, vectors } = tridiagonalQl(alpha, beta);
  const order = values.map((_, i) => i).sort((i, j) => values[j] - values[i]);
  return order
    .slice(0, d)
    .filter((i) => values[i] > 1e-11 * total)
    .map((i) => {
      const axis = new Float64Array(pixels);
      basis.forEach((q, j) => add(axis, q, vectors[i][j]));
      return axis;
    });
}

function tridiagonalQl(alpha: number[], beta: number[]): { values: number[]; vectors: number[][] } {
  const n = alpha.length;
  const d = alpha.slice();
  const e = [...beta, 0];
  const z = d.map((_, i) => d.map((_, j) => (i === j ? 1 : 0)));
  for (let l = 0; l < n; l++) {
    for (let round = 0; round < 100; round++) {
      let m = l;
      while (m < n - 1 && Math.abs(e[m]) > 2.3e-16 * (Math.abs(d[m]) + Math.abs(d[m + 1]))) m++;
      if (m === l) break;
      let g = (d[l + 1] - d[l]) / (2 * e[l]);
      g = d[m] - d[l] + e[l] / (g + (g >= 0 ? 1 : -1) * Math.hypot(g, 1));
      let [s, c, p] = [1, 1, 0];
      let i = m - 1;
      for (; i >= l; i--) {
        const f = s * e[i];
        const b = c * e[i];
        const r = Math.hypot(f, g);
        e[i + 1] = r;
        if (r === 0) break;
        s = f / r;
        c = g / r;
        g = d[i + 1] - p;
        const q = (d[i] - g) * s + 2 * c * b;
        p = s * q;
        d[i + 1] = g + p;
        g = c * q - b;
        const [a, h] = [z[i], z[i + 1]];
        for (let k = 0; k < n; k++) {
          const u = h[k];
          h[k] = s * a[k] + c * u;
          a[k] = c * a[k] - s * u;
        }
      }
      if (i >= l) {
        d[i + 1] -= p;
        e[m] = 0;
        continue;
      }
      d[l] -= p;
      e[l] = g;
      e[m] = 0;
    }
  }
  return { values: d, vectors: z };
}

function dot(a: Vector, b: Vector): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}

function add(a: Vector, b: Vector, factor: number): void {
  for (let k = 0; k < a.length; k++) a[k] += factor * b[k];
}
