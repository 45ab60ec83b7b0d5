/**
 * @mistake The cotangent is transposed before it enters the block matrix: [[Cᵀ, Gᵀ], [0, Cᵀ]].
 * @hint Only C is transposed in the adjoint; G goes in as it comes.
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
        const Ct = c.transpose() as tf.Tensor2D;
        const block = tf.concat([tf.concat([Ct, dy.transpose() as tf.Tensor2D], 1), tf.concat([tf.zerosLike(Ct), Ct], 1)], 0);
        return series(block, 60).slice([0, 3], [3, 3]);
      },
    };
  });
  return op(C);
}
