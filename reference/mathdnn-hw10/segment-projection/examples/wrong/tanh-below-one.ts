/**
 * @mistake y₂ is squashed by tanh above 0 in place of being clamped.
 * @hint A point that lies level with the segment keeps its height.
 * @expect values wrong-answer
 * @expect edges wrong-answer
 * @expect nearest wrong-answer
 * @expect idempotent wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function projectOntoSegment(y: tf.Tensor, a: number): tf.Tensor {
  const rows = y.arraySync() as [number, number][];
  return tf.tensor2d(rows.map(([first, second]) => [a, Math.tanh(Math.max(0, second))]));
}
