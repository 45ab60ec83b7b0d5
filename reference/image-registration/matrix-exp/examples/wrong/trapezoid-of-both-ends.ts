/**
 * @mistake The backward rule averages exp(Cᵀ)·G and G·exp(Cᵀ), the two ends of the integral only.
 * @hint The integrand between s = 0 and s = 1 counts too: take the block matrix, the series, or enough nodes.
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
    const E = series(x);
    save([E]);
    return {
      value: E,
      gradFunc: (dy, [expC]) => tf.matMul(expC, dy, true).add(tf.matMul(dy, expC, false, true)).div(2),
    };
  });
  return op(C);
}
