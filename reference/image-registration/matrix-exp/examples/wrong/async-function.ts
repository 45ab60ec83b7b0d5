/**
 * @mistake The function is async and returns a promise; one cannot differentiate through a promise.
 * @hint Use arraySync or tfjs operations and drop async and await.
 * @expect gradient-own runtime-error
 * @expect gradient-reference runtime-error
 * @expect own-rule runtime-error
 * @expect timing runtime-error
 * @expect purity runtime-error
 */
import * as tf from '@tensorflow/tfjs';

type Matrix = number[][];
const I3: Matrix = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
const times = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => b[0].map((_, j) => row.reduce((sum, x, k) => sum + x * b[k][j], 0)));
const plus = (a: Matrix, b: Matrix): Matrix => a.map((row, i) => row.map((x, j) => x + b[i][j]));
const scaled = (a: Matrix, s: number): Matrix => a.map((row) => row.map((x) => x * s));
const transposed = (a: Matrix): Matrix => a[0].map((_, j) => a.map((row) => row[j]));

function series(C: Matrix, terms = 99): Matrix {
  let power = I3;
  let sum = I3;
  for (let i = 1; i <= terms; i++) {
    power = scaled(times(power, C), 1 / i);
    sum = plus(sum, power);
  }
  return sum;
}

// Product rule term by term: d_i = (d_{i-1} A + A^{i-1}/(i-1)! G) / i.
function adjoint(A: Matrix, G: Matrix, terms = 99): Matrix {
  let power = I3;
  let d = scaled(G, 0);
  let sum = d;
  for (let i = 1; i <= terms; i++) {
    d = scaled(plus(times(d, A), times(power, G)), 1 / i);
    power = scaled(times(power, A), 1 / i);
    sum = plus(sum, d);
  }
  return sum;
}

export async function matrixExp(C: tf.Tensor): Promise<tf.Tensor> {
  const values = (await C.array()) as Matrix;
  return tf.customGrad(() => ({
    value: tf.tensor2d(series(values)) as tf.Tensor,
    gradFunc: (dy: tf.Tensor) => tf.tensor2d(adjoint(transposed(values), dy.arraySync() as Matrix)),
  }))(C);
}
