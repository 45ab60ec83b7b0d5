import * as tf from '@tensorflow/tfjs';

export function hiddenGivenVisible(W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor) {
  return tf.dot(x, W).add(tf.dot(y, U)).sigmoid();
}

// y is one of c classes, so the probabilities have to sum to one
export function outputGivenHidden(U: tf.Tensor, h: tf.Tensor) {
  return tf.dot(U, h).softmax();
}

export function freeEnergy(W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor) {
  const a = tf.dot(x, W).add(tf.dot(y, U));
  return a.relu().add(a.abs().neg().exp().log1p()).sum().neg();
}
