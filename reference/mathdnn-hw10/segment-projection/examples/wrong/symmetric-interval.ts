/**
 * @mistake y₂ is clamped to [−1, 1] in place of [0, 1].
 * @hint The segment is {(a, t) : 0 ≤ t ≤ 1}.
 * @expect values wrong-answer
 * @expect edges wrong-answer
 * @expect nearest wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

const clamp = (t: number, lo = 0, hi = 1) => Math.min(hi, Math.max(lo, t));

export function projectOntoSegment(y: tf.Tensor, a: number): tf.Tensor {
  const rows = y.arraySync() as [number, number][];
  return tf.tensor2d(rows.map(([first, second]) => [a, clamp(second, -1, 1)]));
}
