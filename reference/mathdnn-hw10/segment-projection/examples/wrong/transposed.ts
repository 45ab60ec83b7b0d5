/**
 * @mistake The result has shape [2, n]: one row of a and one row of heights.
 * @hint Stack along axis 1, so that every point keeps its row.
 * @expect values wrong-answer
 * @expect edges wrong-answer
 * @expect nearest wrong-answer
 * @expect idempotent wrong-answer
 * @expect non-expansive wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function projectOntoSegment(y: tf.Tensor2D, a: number): tf.Tensor {
  const [, second] = tf.unstack(y, 1);
  return tf.stack([tf.fill(second.shape, a), second.clipByValue(0, 1)]);
}
