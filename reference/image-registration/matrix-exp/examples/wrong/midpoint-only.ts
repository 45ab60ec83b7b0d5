/**
 * @mistake The backward rule returns exp(Cᵀ/2) · G · exp(Cᵀ/2), the integrand at its midpoint instead of the integral.
 * @hint One node is exact only where Cᵀ and G commute: take the block matrix, the series, or enough nodes.
 * @expect gradient-own wrong-answer
 * @expect gradient-reference wrong-answer
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

export function matrixExp(C: tf.Tensor): tf.Tensor {
  const op = tf.customGrad((...inputs) => {
    const [x, save] = inputs as [tf.Tensor, tf.GradSaveFunc];
    save([x]);
    return {
      value: series(x),
      gradFunc: (dy, [c]) => {
        const half = series(c.transpose().div(2));
        return half.matMul(dy).matMul(half);
      },
    };
  });
  return op(C);
}
