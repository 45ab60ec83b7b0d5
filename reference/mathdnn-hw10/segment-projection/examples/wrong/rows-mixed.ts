/**
 * @mistake The numbers are right, but put together in the wrong order: all heights come after all values of a and are then cut into rows.
 * @hint reshape does not transpose: stack the columns along axis 1.
 * @expect values wrong-answer
 * @expect edges wrong-answer
 * @expect nearest wrong-answer
 * @expect idempotent wrong-answer
 * @expect non-expansive wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function projectOntoSegment(y: tf.Tensor2D, a: number): tf.Tensor {
  const [, second] = tf.unstack(y, 1);
  return tf.stack([tf.fill(second.shape, a), second.clipByValue(0, 1)]).reshape(y.shape);
}
