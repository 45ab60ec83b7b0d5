/**
 * @mistake The first coordinate a is clamped to [0, 1] together with y₂.
 * @hint Only the height lies between 0 and 1; a may be any number.
 * @expect values wrong-answer
 * @expect edges wrong-answer
 * @expect nearest wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function projectOntoSegment(y: tf.Tensor2D, a: number): tf.Tensor {
  const heights = y.slice([0, 1], [-1, 1]);
  return tf.concat([tf.fill(heights.shape, a), heights], 1).clipByValue(0, 1);
}
