/**
 * @mistake The block matrix is built from C instead of Cᵀ: that is the derivative itself, not its adjoint.
 * @hint Replace C by its transpose in both diagonal blocks.
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
        const C2 = c as tf.Tensor2D;
        const block = tf.concat([tf.concat([C2, dy as tf.Tensor2D], 1), tf.concat([tf.zerosLike(C2), C2], 1)], 0);
        return series(block, 60).slice([0, 3], [3, 3]);
      },
    };
  });
  return op(C);
}
