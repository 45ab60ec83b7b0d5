/**
 * @mistake a is added to y₁ in place of taking its place.
 * @hint The first coordinate of the result is a, whatever y₁ is.
 * @expect values wrong-answer
 * @expect edges wrong-answer
 * @expect nearest wrong-answer
 * @expect idempotent wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

const clamp = (t: number, lo = 0, hi = 1) => Math.min(hi, Math.max(lo, t));

export function projectOntoSegment(y: tf.Tensor, a: number): tf.Tensor {
  const rows = y.arraySync() as [number, number][];
  return tf.tensor2d(rows.map(([first, second]) => [first + a, clamp(second)]));
}
