/**
 * @mistake The column of a is kept by the number of points, so another segment with as many points gets the old a.
 * @hint Make the column from the a that this call was given.
 * @expect values wrong-answer
 * @expect edges wrong-answer
 * @expect nearest wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

const columns = new Map<number, number[]>();

export function projectOntoSegment(y: tf.Tensor, a: number): tf.Tensor {
  const rows = y.arraySync() as number[][];
  const column = columns.get(rows.length) ?? rows.map(() => a);
  columns.set(rows.length, column);
  return tf.tensor2d(rows.map(([, t], i) => [column[i], Math.min(1, Math.max(0, t))]));
}
