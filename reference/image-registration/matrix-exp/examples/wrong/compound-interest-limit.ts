/**
 * @mistake The exponential is taken as (I + C/1024)^1024, which is exact to two or three digits only.
 * @hint Put more terms of the series in place of I + C/1024 before squaring.
 * @expect values wrong-answer
 * @expect identities wrong-answer
 * @expect gradient-reference wrong-answer
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

function compound(C: Matrix, E: Matrix = scaled(I3, 0)) {
  let value = plus(I3, scaled(C, 1 / 1024));
  let derivative = scaled(E, 1 / 1024);
  for (let i = 0; i < 10; i++) {
    derivative = plus(times(derivative, value), times(value, derivative));
    value = times(value, value);
  }
  return { value, derivative };
}

export function matrixExp(C: tf.Tensor): tf.Tensor {
  return tf.customGrad((...inputs) => {
    const x = (inputs[0] as tf.Tensor).arraySync() as Matrix;
    return {
      value: tf.tensor2d(compound(x).value) as tf.Tensor,
      gradFunc: (dy: tf.Tensor) => tf.tensor2d(compound(transposed(x), dy.arraySync() as Matrix).derivative),
    };
  })(C);
}
