/**
 * @about Loops over nested arrays, which are returned as they are.
 */
import type * as tf from '@tensorflow/tfjs';

export function projectOntoSegment(y: tf.Tensor, a: number): number[][] {
  const rows = y.arraySync() as number[][];
  const out: number[][] = [];
  for (const [, t] of rows) {
    if (t < 0) out.push([a, 0]);
    else if (t > 1) out.push([a, 1]);
    else out.push([a, t]);
  }
  return out;
}
