/**
 * @mistake Points below the segment are reflected up: |y₂| in place of y₂.
 * @hint A point below the segment goes to its lower end.
 * @expect values wrong-answer
 * @expect edges wrong-answer
 * @expect nearest wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function projectOntoSegment(y: tf.Tensor, a: number): tf.Tensor {
  const rows = y.arraySync() as [number, number][];
  return tf.tensor2d(rows.map(([first, second]) => [a, Math.min(1, Math.abs(second))]));
}
