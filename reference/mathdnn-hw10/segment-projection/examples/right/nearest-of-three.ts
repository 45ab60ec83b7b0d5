/**
 * @about The nearest of three candidates: both ends and, where it lies between them, the foot of the perpendicular.
 */
import * as tf from '@tensorflow/tfjs';


export function projectOntoSegment(y: tf.Tensor, a: number): tf.Tensor {
  const rows = y.arraySync() as [number, number][];
  const result = rows.map(([, t]) => {
    const candidates = [0, 1];
    if (t >= 0 && t <= 1) candidates.push(t);
    // The distance across is the same for all of them.
    candidates.sort((p, q) => Math.abs(t - p) - Math.abs(t - q));
    return [a, candidates[0]];
  });
  return tf.tensor(result, y.shape as [number, number]);
}
