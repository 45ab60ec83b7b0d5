/**
 * @mistake Points are clamped only where the whole batch lies outside: the condition looks at all points at once.
 * @hint The condition has to be looked at for every point by itself.
 * @expect values wrong-answer
 * @expect edges wrong-answer
 * @expect nearest wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function projectOntoSegment(y: tf.Tensor2D, a: number): tf.Tensor {
  const rows = y.arraySync();
  const outside = rows.every(([, t]) => t < 0 || t > 1);
  return tf.tensor2d(rows.map(([, t]) => [a, outside ? Math.min(1, Math.max(0, t)) : t]));
}
