/**
 * @mistake y is disposed, although it belongs to the caller.
 * @hint Dispose only what you made yourself; tf.tidy does that for you.
 * @expect purity wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function projectOntoSegment(y: tf.Tensor2D, a: number): tf.Tensor {
  const second = y.slice([0, 1], [-1, 1]);
  y.dispose();
  return tf.concat([tf.fill(second.shape, a), second.clipByValue(0, 1)], 1);
}
