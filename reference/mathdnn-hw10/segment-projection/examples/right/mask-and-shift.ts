/**
 * @about y times a mask and a shift, ReLU twice in place of a clamp.
 */
import * as tf from '@tensorflow/tfjs-core';

export const projectOntoSegment = (y: tf.Tensor, a: number) => {
  const below = tf.relu(y);
  const clamped = tf.sub(1, tf.relu(tf.sub(1, below)));
  // Only the second column is kept; a goes into the first.
  return clamped.mul(tf.tensor2d([[0, 1]])).add(tf.tensor2d([[a, 0]]));
};
