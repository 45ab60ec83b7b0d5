/**
 * @mistake The function returns I + C, the first two terms of the series; right near zero only.
 * @hint Go on with C²/2!, C³/3!, … up to i = 99.
 * @expect values wrong-answer
 * @expect identities wrong-answer
 * @expect gradient-reference wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function matrixExp(C: tf.Tensor): tf.Tensor {
  const op = tf.customGrad((...inputs) => {
    const [x, save] = inputs as [tf.Tensor, tf.GradSaveFunc];
    save([x]);
    return { value: tf.eye(3).add(x), gradFunc: (dy) => dy.clone() };
  });
  return op(C);
}
