/**
 * @mistake Results are kept by the number of points, so a second batch of the same size gets the first one’s result.
 * @hint A cache must be keyed by all that the result depends on; here none is needed.
 * @expect values wrong-answer
 * @expect edges wrong-answer
 * @expect nearest wrong-answer
 * @expect purity wrong-answer
 */
import * as tf from '@tensorflow/tfjs';


const cache = new Map<number, number[][]>();

export function projectOntoSegment(y: tf.Tensor, a: number): tf.Tensor {
  const n = y.shape[0];
  if (!cache.has(n)) {
    const rows = y.arraySync() as number[][];
    cache.set(n, rows.map(([, t]) => [a, Math.min(1, Math.max(0, t))]));
  }
  return tf.tensor2d(cache.get(n)!);
}
