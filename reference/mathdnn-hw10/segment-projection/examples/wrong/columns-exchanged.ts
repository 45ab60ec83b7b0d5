/**
 * @mistake The two columns of the result are exchanged: (t, a) in place of (a, t).
 * @hint First a, then the clamped y₂.
 * @expect values wrong-answer
 * @expect edges wrong-answer
 * @expect nearest wrong-answer
 * @expect idempotent wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function projectOntoSegment(y: tf.Tensor2D, a: number): tf.Tensor {
  const second = y.slice([0, 1], [-1, 1]).clipByValue(0, 1);
  return tf.concat([second, tf.fill(second.shape, a)], 1);
}
