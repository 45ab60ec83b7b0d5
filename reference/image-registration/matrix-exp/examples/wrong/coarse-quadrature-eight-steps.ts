/**
 * @mistake The integral is computed by the trapezoidal rule with too few steps, exact to two or three digits only.
 * @hint Take Gauss–Legendre nodes (some twenty are exact to all digits here), the block matrix or the series.
 * @expect gradient-own wrong-answer
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

function adjoint(A: Matrix, G: Matrix, steps = 8): Matrix {
  let sum = scaled(G, 0);
  for (let i = 0; i <= steps; i++) {
    const s = i / steps;
    const weight = (i === 0 || i === steps ? 0.5 : 1) / steps;
    sum = plus(sum, scaled(times(times(series(scaled(A, s), 50), G), series(scaled(A, 1 - s), 50)), weight));
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
