/**
 * @mistake y₂ is kept a small margin away from 0 and 1, but the ends belong to the segment.
 * @hint Clamp to [0, 1] itself; no safety margin is needed.
 * @expect values wrong-answer
 * @expect edges wrong-answer
 * @expect nearest wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function projectOntoSegment(y: tf.Tensor2D, a: number): tf.Tensor {
  const second = y.slice([0, 1], [-1, 1]).clipByValue(1e-3, 1 - 1e-3);
  return tf.concat([tf.fill(second.shape, a), second], 1);
}
