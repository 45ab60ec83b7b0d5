/**
 * @mistake y₂ is kept from falling below 0, but not from rising above 1.
 * @hint The segment has two ends.
 * @expect values wrong-answer
 * @expect edges wrong-answer
 * @expect nearest wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function projectOntoSegment(y: tf.Tensor2D, a: number): tf.Tensor {
  const second = tf.relu(y.slice([0, 1], [-1, 1]));
  return tf.concat([tf.fill(second.shape, a), second], 1);
}
