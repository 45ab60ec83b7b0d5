/**
 * @mistake The iteration for the components was stopped before it had converged.
 * @hint Iterate until the components no longer change (say by 1e-7) instead of a fixed small number of times.
 * @expect values wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function pcaReconstruct(xn: tf.Tensor2D, xr: tf.Tensor2D, d: number): tf.Tensor {
  return tf.tidy(() => {
    const mean = xr.mean(0);
    const components = principalComponents(xr.sub(mean).arraySync() as number[][], d);
    if (components.length === 0) return xn.mul(0).add(mean);
    const v = tf.tensor2d(components);
    const coefficients = xn.sub(mean).matMul(v, false, true);
    return coefficients.matMul(v).add(mean);
  });
}

/** Subspace iteration on the Gram matrix, from sums of neighbouring pictures. */
function principalComponents(x: number[][], d: number): number[][] {
  const gram = x.map((a) => x.map((b) => dot(a, b)));
  let basis = x.slice(0, d).map((_, j) => x.map((_, i) => Math.cos((Math.PI * j * (i + 0.5)) / x.length) + (i === j ? 1 : 0)));
  for (let i = 0; i < 15; i++) basis = orthonormalise(basis.map((v) => gram.map((row) => dot(row, v))));
  return orthonormalise(
    basis.map((u) => {
      const v = new Array<number>(x[0].length).fill(0);
      for (const [i, row] of x.entries()) add(v, row, u[i]);
      return v;
    }),
  );
}

function orthonormalise(rows: number[][]): number[][] {
  const size = Math.sqrt(Math.max(...rows.map((row) => dot(row, row))));
  const basis: number[][] = [];
  for (const row of rows) {
    const v = row.slice();
    for (let pass = 0; pass < 2; pass++) for (const u of basis) add(v, u, -dot(u, v));
    const length = Math.sqrt(dot(v, v));
    if (length > 1e-9 * size) basis.push(v.map((value) => value / length));
  }
  return basis;
}

function dot(a: number[], b: number[]): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}

function add(a: number[], b: number[], factor: number): void {
  for (let k = 0; k < a.length; k++) a[k] += factor * b[k];
}
