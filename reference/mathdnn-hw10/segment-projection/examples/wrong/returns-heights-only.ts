/**
 * @mistake Only the heights are returned, as [n, 1].
 * @hint A point of the plane has two coordinates: (a, t).
 * @expect values wrong-answer
 * @expect edges wrong-answer
 * @expect nearest wrong-answer
 * @expect idempotent wrong-answer
 * @expect non-expansive wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function projectOntoSegment(y: tf.Tensor2D, a: number): tf.Tensor {
  return y.slice([0, 1], [-1, 1]).clipByValue(0, 1);
}
