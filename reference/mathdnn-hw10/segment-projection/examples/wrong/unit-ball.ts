/**
 * @mistake y is scaled onto the unit ball around (a, 0) and its second coordinate taken.
 * @hint Scaling to length 1 projects onto a ball, not onto a segment.
 * @expect values wrong-answer
 * @expect edges wrong-answer
 * @expect nearest wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function projectOntoSegment(y: tf.Tensor, a: number): tf.Tensor {
  const rows = y.arraySync() as [number, number][];
  return tf.tensor2d(rows.map(([first, second]) => [a, Math.max(0, second) / Math.max(1, Math.hypot(first - a, second))]));
}
