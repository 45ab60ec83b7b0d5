/**
 * @mistake a is kept from the first call and used in all later ones.
 * @hint Use the a that this call was given.
 * @expect values wrong-answer
 * @expect edges wrong-answer
 * @expect nearest wrong-answer
 */
import * as tf from '@tensorflow/tfjs';


let column: number | undefined;

export function projectOntoSegment(y: tf.Tensor, a: number): tf.Tensor {
  column ??= a;
  const at = column;
  const rows = y.arraySync() as number[][];
  return tf.tensor2d(rows.map(([, t]) => [at, Math.min(1, Math.max(0, t))]));
}
