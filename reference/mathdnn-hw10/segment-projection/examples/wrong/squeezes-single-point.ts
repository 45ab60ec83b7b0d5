/**
 * @mistake For a single point the result has shape [2] in place of [1, 2].
 * @hint squeeze() without an axis drops the batch of one, too.
 * @expect values wrong-answer
 * @expect nearest wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function projectOntoSegment(y: tf.Tensor2D, a: number): tf.Tensor {
  const [, second] = tf.unstack(y, 1);
  return tf.stack([tf.fill(second.shape, a), second.clipByValue(0, 1)], 1).squeeze();
}
