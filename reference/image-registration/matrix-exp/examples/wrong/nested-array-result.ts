/**
 * @mistake The function returns a nested array; it is differentiated through and must return a tensor.
 * @hint Return tf.tensor2d(…) with a backward rule.
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

export function matrixExp(C: tf.Tensor): Matrix {
  return series(C.arraySync() as Matrix);
}
