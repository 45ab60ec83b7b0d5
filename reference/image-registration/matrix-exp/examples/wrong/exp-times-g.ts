/**
 * @mistake The backward rule returns exp(C) · G, as if matrices were numbers; the derivative of exp is an integral, not one product.
 * @hint Write out the derivative of C² for matrices, E·C + C·E, and see in which order the factors stand.
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
      gradFunc: (dy, [expC]) => expC.matMul(dy),
    };
  });
  return op(C);
}
