/**
 * @mistake y₂ is clamped to [1e-6, 1 − 1e-6] in place of [0, 1].
 * @hint The ends belong to the segment; no safety margin is needed.
 * @expect values wrong-answer
 * @expect edges wrong-answer
 * @expect nearest wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function projectOntoSegment(y: tf.Tensor2D, a: number): tf.Tensor {
  const second = y.slice([0, 1], [-1, 1]).clipByValue(1e-6, 1 - 1e-6);
  return tf.concat([tf.fill(second.shape, a), second], 1);
}
