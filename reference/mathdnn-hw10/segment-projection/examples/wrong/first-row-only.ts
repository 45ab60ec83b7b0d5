/**
 * @mistake Only the first point is projected, and its result repeated for all.
 * @hint Every row of y is a point of its own.
 * @expect values wrong-answer
 * @expect edges wrong-answer
 * @expect nearest wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function projectOntoSegment(y: tf.Tensor2D, a: number): tf.Tensor {
  const t = Math.min(1, Math.max(0, y.arraySync()[0][1]));
  return tf.tile(tf.tensor2d([[a, t]]), [y.shape[0], 1]);
}
