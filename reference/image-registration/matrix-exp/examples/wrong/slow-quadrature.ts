/**
 * @mistake The backward rule sums 60 nodes with two 45-term series each; it is exact, but slower than automatic differentiation.
 * @hint Twenty nodes suffice, and the block matrix needs one exponential only.
 * @expect timing wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

// Taylor series of exp(A), in Horner's form.
function series(A: tf.Tensor, terms = 45): tf.Tensor {
  const I = tf.eye(A.shape[0]);
  let sum: tf.Tensor = I;
  for (let i = terms; i >= 1; i--) {
    sum = I.add(A.matMul(sum).div(i));
  }
  return sum;
}

// Gauss-Legendre nodes on [0, 1]
function nodes(n: number): [number, number][] {
  return Array.from({ length: n }, (_, i) => {
    let x = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
    let slope = 1;
    for (let step = 0; step < 50; step++) {
      let [p, q] = [1, 0];
      for (let k = 0; k < n; k++) [p, q] = [((2 * k + 1) * x * p - k * q) / (k + 1), p];
      slope = (n * (x * p - q)) / (x * x - 1);
      x -= p / slope;
    }
    return [(1 + x) / 2, 1 / ((1 - x * x) * slope * slope)];
  });
}

export function matrixExp(C: tf.Tensor): tf.Tensor {
  const op = tf.customGrad((...inputs) => {
    const [x, save] = inputs as [tf.Tensor, tf.GradSaveFunc];
    save([x]);
    return {
      value: series(x),
      gradFunc: (dy, [c]) => {
        const Ct = c.transpose();
        let sum = tf.zerosLike(dy);
        for (const [s, w] of nodes(60)) {
          sum = sum.add(series(Ct.mul(s)).matMul(dy).matMul(series(Ct.mul(1 - s))).mul(w));
        }
        return sum;
      },
    };
  });
  return op(C);
}
