/**
 * @mistake y₂ is normalised by the least and greatest value of the batch in place of being clamped.
 * @hint Where a point goes does not depend on the other points.
 * @expect values wrong-answer
 * @expect edges wrong-answer
 * @expect nearest wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function projectOntoSegment(y: tf.Tensor2D, a: number): tf.Tensor {
  const second = y.slice([0, 1], [-1, 1]);
  const [low, high] = [second.min(), second.max()];
  const t = second.sub(low).div(tf.maximum(high.sub(low), 1e-12));
  return tf.concat([tf.fill(second.shape, a), t], 1);
}
