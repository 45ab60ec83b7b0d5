/**
 * @mistake The mean and the components were computed from the training digits and the digits to be completed together.
 * @hint Both come from xr alone; xn is only projected on them. Otherwise a damaged digit helps to explain itself.
 * @expect values wrong-answer
 * @expect rank wrong-answer
 * @expect projection wrong-answer
 * @expect pictures wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function pcaReconstruct(xn: tf.Tensor2D, xr: tf.Tensor2D, d: number): tf.Tensor {
  return tf.tidy(() => {
    const all = tf.concat([xr, xn]);
    const mean = all.mean(0);
    const components = principalComponents(all.sub(mean).arraySync() as number[][], d);
    if (components.length === 0) return xn.mul(0).add(mean);
    const v = tf.tensor2d(components);
    const coefficients = xn.sub(mean).matMul(v, false, true);
    return coefficients.matMul(v).add(mean);
  });
}

/** The leading principal components of centred rows, by the eigenvectors of the Gram matrix. */
function principalComponents(x: number[][], d: number): number[][] {
  const { values, vectors } = eigen(x.map((a) => x.map((b) => dot(a, b))));
  const components: number[][] = [];
  for (let j = 0; j < Math.min(d, x.length); j++) {
    if (values[j] <= 1e-11 * values[0]) break;
    const v = new Array<number>(x[0].length).fill(0);
    x.forEach((row, i) => add(v, row, vectors[j][i]));
    components.push(v.map((value) => value / Math.sqrt(values[j])));
  }
  return components;
}

/** Unit eigenvectors of a symmetric matrix as rows, largest eigenvalue first. */
function eigen(a: number[][]): { values: number[]; vectors: number[][] } {
  const n = a.length;
  const z = a.map((_, i) => a.map((_, j) => (i === j ? 1 : 0)));
  const reflections: number[][] = [];
  for (let k = 0; k < n - 2; k++) {
    const v = a.map((row, i) => (i > k ? row[k] : 0));
    const size = Math.sqrt(dot(v, v));
    if (size === 0) continue;
    v[k + 1] += v[k + 1] >= 0 ? size : -size;
    const length = Math.sqrt(dot(v, v));
    for (let i = k + 1; i < n; i++) v[i] /= length;
    const q = a.map((row) => dot(row, v));
    add(q, v, -dot(v, q));
    for (let i = k; i < n; i++) {
      add(a[i], q, -2 * v[i]);
      add(a[i], v, -2 * q[i]);
    }
    reflections.unshift(v);
  }
  for (const v of reflections) for (const row of z) add(row, v, -2 * dot(row, v));
  const d = a.map((row, i) => row[i]);
  const e = a.map((row, i) => (i + 1 < n ? row[i + 1] : 0));
  for (let l = 0; l < n; l++) {
    for (let round = 0; round < 60; round++) {
      let m = l;
      while (m < n - 1 && Math.abs(e[m]) > 1e-16 * (Math.abs(d[m]) + Math.abs(d[m + 1]))) m++;
      if (m === l) break;
      let g = (d[l + 1] - d[l]) / (2 * e[l]);
      g = d[m] - d[l] + e[l] / (g + (g >= 0 ? 1 : -1) * Math.hypot(g, 1));
      let [s, c, p] = [1, 1, 0];
      let i = m - 1;
      for (; i >= l; i--) {
        const [f, b] = [s * e[i], c * e[i]];
        e[i + 1] = Math.hypot(f, g);
        if (e[i + 1] === 0) break;
        s = f / e[i + 1];
        c = g / e[i + 1];
        g = d[i + 1] - p;
        const r = (d[i] - g) * s + 2 * c * b;
        p = s * r;
        d[i + 1] = g + p;
        g = c * r - b;
        const [upper, lower] = [z[i], z[i + 1]];
        for (let k = 0; k < n; k++) {
          const x = upper[k];
          const y = lower[k];
          lower[k] = s * x + c * y;
          upper[k] = c * x - s * y;
        }
      }
      if (i >= l) d[i + 1] -= p;
      else {
        d[l] -= p;
        e[l] = g;
      }
      e[m] = 0;
    }
  }
  const order = d.map((_, i) => i).sort((i, j) => d[j] - d[i]);
  return { values: order.map((i) => d[i]), vectors: order.map((i) => z[i]) };
}

function dot(a: number[], b: number[]): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}

function add(a: number[], b: number[], factor: number): void {
  for (let k = 0; k < a.length; k++) a[k] += factor * b[k];
}
