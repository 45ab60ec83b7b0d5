/**
 * @mistake The backward rule reads the upper left block of the 6×6 exponential, which is exp(Cᵀ) and does not contain G.
 * @hint The integral stands in the upper right block: rows 0 to 2, columns 3 to 5.
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
        const block = tf.concat([tf.concat([Ct, dy as tf.Tensor2D], 1), tf.concat([tf.zerosLike(Ct), Ct], 1)], 0);
        return series(block, 60).slice([0, 0], [3, 3]);
      },
    };
  });
  return op(C);
}
