/**
 * @mistake The result is the nearer end of the segment, never a point between them.
 * @hint Points level with the segment are projected straight onto it.
 * @expect values wrong-answer
 * @expect edges wrong-answer
 * @expect nearest wrong-answer
 * @expect non-expansive wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function projectOntoSegment(y: tf.Tensor, a: number): tf.Tensor {
  const rows = y.arraySync() as [number, number][];
  return tf.tensor2d(rows.map(([first, second]) => [a, second < 0.5 ? 0 : 1]));
}
