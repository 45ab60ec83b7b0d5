/**
 * @mistake y₂ is not clamped: this is the projection onto the whole line x = a.
 * @hint t must stay in [0, 1].
 * @expect values wrong-answer
 * @expect edges wrong-answer
 * @expect nearest wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function projectOntoSegment(y: tf.Tensor2D, a: number): tf.Tensor {
  const second = y.slice([0, 1], [-1, 1]);
  return tf.fill(second.shape, a).concat(second, 1);
}
