/**
 * @mistake Points in line with the segment give NaN: the slope of the way to them is divided by y₁ − a.
 * @hint Divide by nothing that may be 0; the height of the foot is y₂ itself.
 * @expect edges wrong-answer
 * @expect idempotent wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

const clamp = (t: number, lo = 0, hi = 1) => Math.min(hi, Math.max(lo, t));

export function projectOntoSegment(y: tf.Tensor, a: number): tf.Tensor {
  const rows = y.arraySync() as [number, number][];
  return tf.tensor2d(rows.map(([first, second]) => {
    // Meet the line x = a along the normal; its slope is undefined for y₁ = a.
    const slope = (0 * second) / (first - a);
    return [a, clamp(second + slope * (a - first))];
  }));
}
