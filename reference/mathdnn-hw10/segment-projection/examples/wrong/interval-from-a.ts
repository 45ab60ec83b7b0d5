/**
 * @mistake y₂ is clamped to [a, a + 1]: the segment is taken to begin at height a.
 * @hint The second coordinate runs from 0 to 1 whatever a is.
 * @expect values wrong-answer
 * @expect edges wrong-answer
 * @expect nearest wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

const clamp = (t: number, lo = 0, hi = 1) => Math.min(hi, Math.max(lo, t));

export function projectOntoSegment(y: tf.Tensor, a: number): tf.Tensor {
  const rows = y.arraySync() as [number, number][];
  return tf.tensor2d(rows.map(([first, second]) => [a, clamp(second, a, a + 1)]));
}
