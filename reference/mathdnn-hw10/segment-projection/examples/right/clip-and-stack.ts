/**
 * @about Columns taken apart and put together again with tfjs operations.
 */
import * as tf from '@tensorflow/tfjs';


export function projectOntoSegment(y: tf.Tensor2D, a: number): tf.Tensor {
  return tf.tidy(() => {
    const [, second] = tf.unstack(y, 1);
    return tf.stack([tf.onesLike(second).mul(a), second.clipByValue(0, 1)], 1);
  });
}
