/**
 * @mistake Sylvester's formula divides by differences of eigenvalues, so repeated eigenvalues (zero, nilpotent, multiples of I) give NaN.
 * @hint Take a method that needs no eigenvalues, or the limit for equal ones.
 * @expect values wrong-answer
 * @expect identities wrong-answer
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

type Complex = [number, number];
const cmul = (a: Complex, b: Complex): Complex => [a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]];
const csub = (a: Complex, b: Complex): Complex => [a[0] - b[0], a[1] - b[1]];
const cdiv = (a: Complex, b: Complex): Complex => {
  const n = b[0] * b[0] + b[1] * b[1];
  return [(a[0] * b[0] + a[1] * b[1]) / n, (a[1] * b[0] - a[0] * b[1]) / n];
};

/** Roots of the characteristic polynomial by simultaneous iteration. */
function eigenvalues(C: Matrix): Complex[] {
  const tr = C[0][0] + C[1][1] + C[2][2];
  const C2 = times(C, C);
  const q = (tr * tr - (C2[0][0] + C2[1][1] + C2[2][2])) / 2;
  const det =
    C[0][0] * (C[1][1] * C[2][2] - C[1][2] * C[2][1]) -
    C[0][1] * (C[1][0] * C[2][2] - C[1][2] * C[2][0]) +
    C[0][2] * (C[1][0] * C[2][1] - C[1][1] * C[2][0]);
  const size = Math.hypot(...C.flat());
  let z: Complex[] = [0, 1, 2].map((k) => [size * Math.cos(2 * k + 0.4), size * Math.sin(2 * k + 0.4)]);
  for (let n = 0; n < 200; n++) {
    z = z.map((x, i) => {
      let p: Complex = [x[0] - tr, x[1]];
      p = cmul(p, x);
      p = cmul([p[0] + q, p[1]], x);
      p = [p[0] - det, p[1]];
      const others = z.filter((_, j) => j !== i);
      return csub(x, cdiv(p, cmul(csub(x, others[0]), csub(x, others[1]))));
    });
  }
  return z;
}

function sylvester(C: Matrix): Matrix {
  const z = eigenvalues(C);
  const C2 = times(C, C);
  const sum: Matrix = [[0, 0, 0], [0, 0, 0], [0, 0, 0]];
  z.forEach((x, i) => {
    const [a, b] = z.filter((_, j) => j !== i);
    const e: Complex = [Math.exp(x[0]) * Math.cos(x[1]), Math.exp(x[0]) * Math.sin(x[1])];
    const weight = cdiv(e, cmul(csub(x, a), csub(x, b)));
    const ab = cmul(a, b);
    for (let r = 0; r < 3; r++) {
      for (let c = 0; c < 3; c++) {
        // (C - a I)(C - b I)
        const one = r === c ? 1 : 0;
        const p: Complex = [C2[r][c] - (a[0] + b[0]) * C[r][c] + ab[0] * one, -(a[1] + b[1]) * C[r][c] + ab[1] * one];
        sum[r][c] += cmul(weight, p)[0];
      }
    }
  });
  return sum;
}

export function matrixExp(C: tf.Tensor): tf.Tensor {
  return tf.customGrad((...inputs) => {
    const x = (inputs[0] as tf.Tensor).arraySync() as Matrix;
    return {
      value: tf.tensor2d(sylvester(x)) as tf.Tensor,
      gradFunc: (dy: tf.Tensor) => tf.tensor2d(adjoint(transposed(x), dy.arraySync() as Matrix)),
    };
  })(C);
}
