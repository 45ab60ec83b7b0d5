import * as tf from '@tensorflow/tfjs';

/** Every row to the nearest point of the box with these corners. */
export function ontoBox(rows: tf.Tensor, low: number[], high: number[]): tf.Tensor {
  return tf.tidy(() => rows.maximum(tf.tensor1d(low)).minimum(tf.tensor1d(high)));
}
