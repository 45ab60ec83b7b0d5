/**
 * @mistake a is cut to a whole number, because it went into an int32 tensor.
 * @hint Give tf.fill or tf.tensor the dtype float32.
 * @expect values wrong-answer
 * @expect edges wrong-answer
 * @expect nearest wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function projectOntoSegment(y: tf.Tensor2D, a: number): tf.Tensor {
  const second = y.slice([0, 1], [-1, 1]).clipByValue(0, 1);
  const first = tf.fill(second.shape, Math.trunc(a), 'int32').toFloat();
  return tf.concat([first, second], 1);
}
