/**
 * @mistake All points get the same height, the mean of the clamped ones.
 * @hint Every row of y is a point of its own.
 * @expect values wrong-answer
 * @expect edges wrong-answer
 * @expect nearest wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function projectOntoSegment(y: tf.Tensor2D, a: number): tf.Tensor {
  const second = y.slice([0, 1], [-1, 1]).clipByValue(0, 1);
  return tf.concat([tf.fill(second.shape, a), tf.fill(second.shape, second.mean().dataSync()[0])], 1);
}
