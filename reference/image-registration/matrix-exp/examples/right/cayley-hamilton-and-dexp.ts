/**
 * @about By Cayley and Hamilton every power of C is a combination of I, C and C²; backward by the series in commutators.
 */
import * as tf from '@tensorflow/tfjs';

type M = number[][];
const mul = (A: M, B: M): M => A.map((r) => [0, 1, 2].map((j) => r[0] * B[0][j] + r[1] * B[1][j] + r[2] * B[2][j]));
const lin = (a: number, A: M, b: number, B: M): M => A.map((r, i) => r.map((x, j) => a * x + b * B[i][j]));
const trace = (A: M) => A[0][0] + A[1][1] + A[2][2];

function exp3(C: M): M {
  // C³ = p C² + q C + r I, so C^n/n! = x C² + y C + z I with a recurrence for (x, y, z). Repeated eigenvalues need no care.
  const C2 = mul(C, C);
  const p = trace(C);
  const q = (trace(C2) - p * p) / 2;
  const r =
    C[0][0] * (C[1][1] * C[2][2] - C[1][2] * C[2][1]) -
    C[0][1] * (C[1][0] * C[2][2] - C[1][2] * C[2][0]) +
    C[0][2] * (C[1][0] * C[2][1] - C[1][1] * C[2][0]);
  let [x, y, z] = [0, 0, 1];
  let [sx, sy, sz] = [0, 0, 1];
  for (let n = 1; n < 80; n++) {
    [x, y, z] = [(y + p * x) / n, (z + q * x) / n, (r * x) / n];
    sx += x;
    sy += y;
    sz += z;
  }
  return C.map((row, i) => row.map((c, j) => sx * C2[i][j] + sy * c + (i === j ? sz : 0)));
}

/** L(E) = exp(A) Σ_k (−ad_A)^k E / (k+1)!, the right-trivialised differential known from Lie groups. */
function differential(A: M, E: M): M {
  let term = E;
  let sum = E;
  for (let k = 1; k < 120; k++) {
    term = lin(-1 / (k + 1), mul(A, term), 1 / (k + 1), mul(term, A));
    sum = lin(1, sum, 1, term);
  }
  return mul(exp3(A), sum);
}

export function matrixExp(C: tf.Tensor): tf.Tensor {
  const values = C.arraySync() as M;
  const transposed = values.map((_, j) => values.map((row) => row[j]));
  return tf.customGrad(() => ({
    value: tf.tensor2d(exp3(values)) as tf.Tensor,
    gradFunc: (G: tf.Tensor) => tf.tensor2d(differential(transposed, G.arraySync() as M)),
  }))(C);
}
