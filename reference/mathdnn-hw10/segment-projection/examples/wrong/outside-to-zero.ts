/**
 * @mistake Points above the segment go to its lower end, as those below it do.
 * @hint Above 1 the nearest end is (a, 1).
 * @expect values wrong-answer
 * @expect edges wrong-answer
 * @expect nearest wrong-answer
 * @expect non-expansive wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function projectOntoSegment(y: tf.Tensor, a: number): tf.Tensor {
  const rows = y.arraySync() as [number, number][];
  return tf.tensor2d(rows.map(([first, second]) => [a, second >= 0 && second <= 1 ? second : 0]));
}
