/**
 * @mistake The backward rule returns G · exp(C)ᵀ, which is right only where Cᵀ and G commute.
 * @hint The adjoint has factors exp(s Cᵀ) on the left and exp((1−s) Cᵀ) on the right of G, for every s between 0 and 1.
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
      gradFunc: (dy, [expC]) => tf.matMul(dy, expC, false, true),
    };
  });
  return op(C);
}
