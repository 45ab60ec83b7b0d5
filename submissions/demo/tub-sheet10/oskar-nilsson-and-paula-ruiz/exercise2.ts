import * as tf from '@tensorflow/tfjs';

export function hiddenGivenVisible(W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor) {
  return tf.sigmoid(tf.dot(x, W).add(tf.dot(y, U)));
}

export function outputGivenHidden(U: tf.Tensor, h: tf.Tensor) {
  return tf.sigmoid(tf.dot(U, h));
}

// F = -sum_k softplus(a_k); we take the mean so that it does not depend on the number of hidden units
export function freeEnergy(W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor) {
  return tf.softplus(tf.dot(x, W).add(tf.dot(y, U))).mean().neg();
}
