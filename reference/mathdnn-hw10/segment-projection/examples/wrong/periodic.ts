/**
 * @mistake y₂ is taken modulo 1, as if the segment were a circle.
 * @hint Outside [0, 1] the nearest point is an end.
 * @expect values wrong-answer
 * @expect edges wrong-answer
 * @expect nearest wrong-answer
 * @expect non-expansive wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function projectOntoSegment(y: tf.Tensor, a: number): tf.Tensor {
  const rows = y.arraySync() as [number, number][];
  return tf.tensor2d(rows.map(([first, second]) => [a, second - Math.floor(second)]));
}
