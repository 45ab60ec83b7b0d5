/**
 * @mistake The function is exported under another name, projectOnSegment.
 * @hint Names count letter by letter: projectOntoSegment.
 * @expect values missing
 * @expect edges missing
 * @expect nearest missing
 * @expect idempotent missing
 * @expect non-expansive missing
 * @expect purity missing
 */
import * as tf from '@tensorflow/tfjs';

export function projectOnSegment(y: tf.Tensor2D, a: number): tf.Tensor {
  const second = y.slice([0, 1], [-1, 1]).clipByValue(0, 1);
  return tf.concat([tf.fill(second.shape, a), second], 1);
}
