/**
 * @mistake Points below the segment go to its upper end, as those above it do.
 * @hint Below 0 the nearest end is (a, 0).
 * @expect values wrong-answer
 * @expect edges wrong-answer
 * @expect nearest wrong-answer
 * @expect non-expansive wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function projectOntoSegment(y: tf.Tensor, a: number): tf.Tensor {
  const rows = y.arraySync() as [number, number][];
  return tf.tensor2d(rows.map(([first, second]) => [a, second >= 0 && second <= 1 ? second : 1]));
}
