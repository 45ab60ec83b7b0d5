/**
 * @mistake The backward rule is a difference quotient, which is exact to a few digits only.
 * @hint Derive the rule: the integral of exp(s Cᵀ) G exp((1−s) Cᵀ), or the block matrix that gives it.
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

function numericGradient(C: Matrix, G: Matrix): Matrix {
  const h = 1e-3;
  const base = series(C, 50);
  return C.map((row, a) =>
    row.map((_, b) => {
      const moved = C.map((r, i) => r.map((x, j) => (i === a && j === b ? x + h : x)));
      const value = series(moved, 50);
      let sum = 0;
      for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) sum += (G[i][j] * (value[i][j] - base[i][j])) / h;
      return sum;
    }),
  );
}

export function matrixExp(C: tf.Tensor): tf.Tensor {
  return tf.customGrad((...inputs) => {
    const x = (inputs[0] as tf.Tensor).arraySync() as Matrix;
    return {
      value: tf.tensor2d(series(x)) as tf.Tensor,
      gradFunc: (dy: tf.Tensor) => tf.tensor2d(numericGradient(x, dy.arraySync() as Matrix)),
    };
  })(C);
}
