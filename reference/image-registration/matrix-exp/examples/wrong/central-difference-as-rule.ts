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

// The derivative at Cᵀ in the direction G, by a central difference.
function numericGradient(C: Matrix, G: Matrix): Matrix {
  const h = 0.1;
  const Ct = transposed(C);
  const [after, before] = [h, -h].map((by) => series(plus(Ct, scaled(G, by))));
  return scaled(plus(after, scaled(before, -1)), 1 / (2 * h));
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
