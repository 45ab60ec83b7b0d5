/**
 * @mistake y₂ is clamped to [0, a] in place of [0, 1].
 * @hint a is where the segment stands, not how long it is.
 * @expect values wrong-answer
 * @expect edges wrong-answer
 * @expect nearest wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

const clamp = (t: number, lo = 0, hi = 1) => Math.min(hi, Math.max(lo, t));

export function projectOntoSegment(y: tf.Tensor, a: number): tf.Tensor {
  const rows = y.arraySync() as [number, number][];
  return tf.tensor2d(rows.map(([first, second]) => [a, clamp(second, 0, a)]));
}
