/**
 * @mistake The iteration for the components was stopped before it had converged.
 * @hint Iterate until the components no longer change (say by 1e-7) instead of a fixed small number of times.
 * @expect values wrong-answer
 * @expect rank wrong-answer
 * @expect pictures wrong-answer
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

/** Subspace iteration from the first d pictures. */
function principalComponents(x: number[][], d: number): number[][] {
  let basis = orthonormalise(x.slice(0, d));
  for (let i = 0; i < 1; i++) {
    basis = orthonormalise(
      basis.map((v) => {
        const next = new Array<number>(v.length).fill(0);
        for (const row of x) add(next, row, dot(row, v));
        return next;
      }),
    );
  }
  return basis;
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
