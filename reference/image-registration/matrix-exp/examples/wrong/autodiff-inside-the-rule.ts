/**
 * @mistake The backward rule calls tf.grad on the series: that is automatic differentiation in a wrapper, and tfjs cannot even nest it there (an error about forEach).
 * @hint Compute the integral of exp(s Cᵀ) G exp((1−s) Cᵀ) in the backward rule, e.g. by the block matrix.
 * @expect own-rule runtime-error
 * @expect gradient-own runtime-error
 * @expect gradient-reference runtime-error
 * @expect timing runtime-error
 * @expect purity runtime-error
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
      value: series(x, 35),
      gradFunc: (dy, [c]) => tf.grad((z: tf.Tensor) => series(z, 35))(c, dy),
    };
  });
  return op(C);
}
