import * as tf from '@tensorflow/tfjs';

// Everything on number[9] in row-major order; tensors only at the border. 3x3 is too small for a GPU anyway.
type M9 = Float64Array;

const at = (a: M9, b: M9): M9 => {
  const c = new Float64Array(9);
  for (let i = 0; i < 3; i++)
    for (let j = 0; j < 3; j++) for (let k = 0; k < 3; k++) c[3 * i + j] += a[3 * i + k] * b[3 * k + j];
  return c;
};
const plus = (a: M9, b: M9, f = 1): M9 => a.map((x, i) => x + f * b[i]);
const one = (): M9 => Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);

/**
 * exp(A) and its derivative in direction E together: with (A + eE)(B + eF) = AB + e(AF + EB) the Taylor series and the
 * squarings are the same as for numbers (dual numbers with matrix entries).
 */
function dualExp(A: M9, E: M9): { value: M9; derivative: M9 } {
  const norm = A.reduce((sum, x) => sum + Math.abs(x), 0);
  const s = Math.max(0, Math.ceil(Math.log2(Math.max(norm, 1e-300))) + 2);
  const X = A.map((x) => x / 2 ** s);
  const D = E.map((x) => x / 2 ** s);
  let [p, dp, sum, dsum] = [one(), new Float64Array(9), one(), new Float64Array(9)];
  for (let k = 1; k <= 20; k++) {
    [p, dp] = [at(p, X).map((x) => x / k), plus(at(dp, X), at(p, D)).map((x) => x / k)];
    sum = plus(sum, p);
    dsum = plus(dsum, dp);
  }
  for (let k = 0; k < s; k++) [sum, dsum] = [at(sum, sum), plus(at(dsum, sum), at(sum, dsum))];
  return { value: sum, derivative: dsum };
}

export function matrixExp(C: tf.Tensor): tf.Tensor {
  const A = Float64Array.from(C.dataSync());
  const transposed = A.map((_, k) => A[3 * (k % 3) + Math.floor(k / 3)]);
  const op = tf.customGrad(() => ({
    value: tf.tensor2d(dualExp(A, new Float64Array(9)).value, [3, 3]) as tf.Tensor,
    gradFunc: (dy: tf.Tensor) => tf.tensor2d(dualExp(transposed, Float64Array.from(dy.dataSync())).derivative, [3, 3]),
  }));
  return op(C);
}
