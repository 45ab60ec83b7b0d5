/**
 * @mistake The projection is written into the memory of y, so the argument is changed by the call.
 * @hint dataSync may be the tensor’s own memory: copy it before you write into it.
 * @expect purity wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function projectOntoSegment(y: tf.Tensor2D, a: number): tf.Tensor {
  const data = y.dataSync();
  for (let i = 0; i < y.shape[0]; i++) {
    data[2 * i] = a;
    data[2 * i + 1] = Math.min(1, Math.max(0, data[2 * i + 1]));
  }
  return tf.tensor2d(Array.from(data), y.shape);
}
