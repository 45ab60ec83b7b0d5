/**
 * @mistake The Padé approximant of degree 2 is used without scaling, so it is right for small matrices only.
 * @hint Halve C until its norm is small, and square the result as often.
 * @expect values wrong-answer
 * @expect identities wrong-answer
 * @expect gradient-own wrong-answer
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

function pade2(C: Matrix): Matrix {
  const even = plus(scaled(I3, 12), times(C, C));
  const odd = scaled(C, 6);
  return solve(plus(even, scaled(odd, -1)), plus(even, odd));
}

function solve(A: Matrix, B: Matrix): Matrix {
  const M = A.map((row, i) => [...row, ...B[i]]);
  for (let k = 0; k < 3; k++) {
    let p = k;
    for (let i = k + 1; i < 3; i++) if (Math.abs(M[i][k]) > Math.abs(M[p][k])) p = i;
    [M[k], M[p]] = [M[p], M[k]];
    for (let i = 0; i < 3; i++) {
      if (i === k) continue;
      const f = M[i][k] / M[k][k];
      M[i] = M[i].map((x, j) => x - f * M[k][j]);
    }
  }
  return M.map((row, i) => row.slice(3).map((x) => x / row[i]));
}

export function matrixExp(C: tf.Tensor): tf.Tensor {
  return tf.customGrad((...inputs) => {
    const x = (inputs[0] as tf.Tensor).arraySync() as Matrix;
    return {
      value: tf.tensor2d(pade2(x)) as tf.Tensor,
      gradFunc: (dy: tf.Tensor) => tf.tensor2d(adjoint(transposed(x), dy.arraySync() as Matrix)),
    };
  })(C);
}
