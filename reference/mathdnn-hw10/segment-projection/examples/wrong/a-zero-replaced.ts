/**
 * @mistake Where a is 0, 1 is used in its place.
 * @hint `a || 1` is 1 for a = 0: 0 counts as missing there.
 * @expect values wrong-answer
 * @expect nearest wrong-answer
 */
import * as tf from '@tensorflow/tfjs';


const clamp = (t: number) => Math.min(1, Math.max(0, t));

export function projectOntoSegment(y: tf.Tensor, a: number): tf.Tensor {
  const at = a || 1;
  const rows = y.arraySync() as number[][];
  return tf.tensor2d(rows.map((row) => [at, clamp(row[1])]));
}
