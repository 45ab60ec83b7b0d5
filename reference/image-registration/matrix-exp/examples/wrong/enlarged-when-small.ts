/**
 * @mistake The number of halvings becomes negative for a small C: it is then enlarged, and no squaring brings that back.
 * @hint Take no fewer than 0 halvings.
 * @expect values wrong-answer
 * @expect identities wrong-answer
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

function halvings(C: Matrix): number {
  const norm = Math.max(...C.map((row) => row.reduce((sum, x) => sum + Math.abs(x), 0)));
  return norm === 0 ? 0 : Math.ceil(Math.log2(norm / 0.25));
}

function exponential(C: Matrix): Matrix {
  const n = halvings(C);
  const small = scaled(C, 2 ** -n);
  let sum = I3;
  for (let i = 20; i >= 1; i--) sum = plus(I3, scaled(times(small, sum), 1 / i));
  for (let k = 0; k < n; k++) sum = times(sum, sum);
  return sum;
}

// Derivative at A in the direction G, squared along with the exponential: (E, L) becomes (E², E L + L E).
function derivative(A: Matrix, G: Matrix): Matrix {
  const n = halvings(A);
  const [small, direction] = [A, G].map((m) => scaled(m, 2 ** -n));
  let power = I3;
  let E = I3;
  let d = scaled(G, 0);
  let L = d;
  for (let i = 1; i <= 20; i++) {
    d = scaled(plus(times(d, small), times(power, direction)), 1 / i);
    power = scaled(times(power, small), 1 / i);
    E = plus(E, power);
    L = plus(L, d);
  }
  for (let k = 0; k < n; k++) {
    L = plus(times(E, L), times(L, E));
    E = times(E, E);
  }
  return L;
}

export function matrixExp(C: tf.Tensor): tf.Tensor {
  return tf.customGrad((...inputs) => {
    const x = (inputs[0] as tf.Tensor).arraySync() as Matrix;
    return {
      value: tf.tensor2d(exponential(x)) as tf.Tensor,
      gradFunc: (dy: tf.Tensor) => tf.tensor2d(derivative(transposed(x), dy.arraySync() as Matrix)),
    };
  })(C);
}
