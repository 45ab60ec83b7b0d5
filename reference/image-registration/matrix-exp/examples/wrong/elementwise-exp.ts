/**
 * @mistake The function takes the exponential of each entry; the matrix exponential is the power series with matrix products.
 * @hint Compare exp of the zero matrix: it is the identity, not a matrix of ones.
 * @expect values wrong-answer
 * @expect identities wrong-answer
 * @expect gradient-reference wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function matrixExp(C: tf.Tensor): tf.Tensor {
  const op = tf.customGrad((...inputs) => {
    const [x, save] = inputs as [tf.Tensor, tf.GradSaveFunc];
    const y = tf.exp(x);
    save([y]);
    return { value: y, gradFunc: (dy, [saved]) => dy.mul(saved) };
  });
  return op(C);
}
