/**
 * @mistake y₂ is squashed by a sigmoid in place of being clamped.
 * @hint A point that lies level with the segment keeps its height.
 * @expect values wrong-answer
 * @expect edges wrong-answer
 * @expect nearest wrong-answer
 * @expect idempotent wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function projectOntoSegment(y: tf.Tensor2D, a: number): tf.Tensor {
  const second = y.slice([0, 1], [-1, 1]).sigmoid();
  return tf.concat([tf.fill(second.shape, a), second], 1);
}
