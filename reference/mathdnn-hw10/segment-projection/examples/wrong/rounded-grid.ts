/**
 * @mistake The nearest of 1001 points of a grid on the segment is returned, not the nearest point of the segment.
 * @hint t is any number of [0, 1], not a multiple of 0.001.
 * @expect values wrong-answer
 * @expect edges wrong-answer
 * @expect nearest wrong-answer
 * @expect non-expansive wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

const clamp = (t: number, lo = 0, hi = 1) => Math.min(hi, Math.max(lo, t));

export function projectOntoSegment(y: tf.Tensor, a: number): tf.Tensor {
  const rows = y.arraySync() as [number, number][];
  return tf.tensor2d(rows.map(([first, second]) => [a, Math.round(1000 * clamp(second)) / 1000]));
}
