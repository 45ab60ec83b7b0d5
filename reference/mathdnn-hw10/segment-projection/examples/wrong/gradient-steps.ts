/**
 * @mistake The nearest point is looked for by a hundred small steps from the middle of the segment, which do not arrive.
 * @hint The minimum has a closed form: clamp y₂.
 * @expect values wrong-answer
 * @expect edges wrong-answer
 * @expect nearest wrong-answer
 * @expect idempotent wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

const clamp = (t: number, lo = 0, hi = 1) => Math.min(hi, Math.max(lo, t));

export function projectOntoSegment(y: tf.Tensor, a: number): tf.Tensor {
  const rows = y.arraySync() as [number, number][];
  return tf.tensor2d(rows.map(([first, second]) => {
    let t = 0.5;
    for (let step = 0; step < 100; step++) t = clamp(t - 0.01 * (t - second));
    return [a, t];
  }));
}
