/**
 * @mistake Both coordinates are clamped to [0, 1]; a takes no part.
 * @hint The first coordinate of every point of the segment is a.
 * @expect values wrong-answer
 * @expect edges wrong-answer
 * @expect nearest wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function projectOntoSegment(y: tf.Tensor2D, a: number): tf.Tensor {
  return y.clipByValue(0, 1);
}
