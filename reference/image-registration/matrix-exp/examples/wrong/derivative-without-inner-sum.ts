/**
 * @mistake For the derivative of C^i the backward rule takes i times one product, with G in the middle, as if the i products were all equal.
 * @hint The derivative of C^i is a sum of i different products, with G standing at every place in turn.
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

// d(C^i)/dC = i C^(i-1), so the terms have i - 1 factors and (i-1)!; half of the factors on either side.
function adjoint(A: Matrix, G: Matrix): Matrix {
  const powers = [I3];
  for (let i = 1; i < 60; i++) powers.push(times(powers[i - 1], A));
  let sum = scaled(G, 0);
  let factorial = 1;
  for (let i = 1; i <= 60; i++) {
    const left = Math.floor((i - 1) / 2);
    sum = plus(sum, scaled(times(times(powers[left], G), powers[i - 1 - left]), 1 / factorial));
    factorial *= i;
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
