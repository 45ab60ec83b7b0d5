/**
 * @mistake y₁ is left as it is, so the result lies in the strip 0 ≤ y₂ ≤ 1 and not on the segment.
 * @hint Every point of the segment has the first coordinate a.
 * @expect values wrong-answer
 * @expect edges wrong-answer
 * @expect nearest wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function projectOntoSegment(y: tf.Tensor2D, a: number): tf.Tensor {
  const [first, second] = tf.unstack(y, 1);
  return tf.stack([first, second.clipByValue(0, 1)], 1);
}
