/**
 * @mistake The series stops where the entries of a term add up to nearly nothing: entries of opposite sign cancel in that sum, and it stops too soon.
 * @hint Look at the largest absolute value of the entries, or sum up to i = 99.
 * @expect values wrong-answer
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
    const total = power.flat().reduce((a, b) => a + b, 0);
    if (Math.abs(total) < 1e-12) break;
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

export function matrixExp(C: tf.Tensor): tf.Tensor {
  return tf.customGrad((...inputs) => {
    const x = (inputs[0] as tf.Tensor).arraySync() as Matrix;
    return {
      value: tf.tensor2d(series(x)) as tf.Tensor,
      gradFunc: (dy: tf.Tensor) => tf.tensor2d(adjoint(transposed(x), dy.arraySync() as Matrix)),
    };
  })(C);
}
