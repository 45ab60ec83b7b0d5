/**
 * @mistake The backward rule stops after the second term, G + (Cᵀ G + G Cᵀ)/2; it is right for small C only.
 * @hint Go on to the same number of terms as in the forward series.
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
        const Ct = c.transpose();
        return dy.add(Ct.matMul(dy).add(dy.matMul(Ct)).div(2));
      },
    };
  });
  return op(C);
}
