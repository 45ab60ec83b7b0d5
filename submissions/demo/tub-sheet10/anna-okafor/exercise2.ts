import * as tf from '@tensorflow/tfjs';

export function hiddenGivenVisible(W: tf.Tensor2D, U: tf.Tensor2D, x: tf.Tensor1D, y: tf.Tensor1D) {
  return tf.tidy(() => tf.sigmoid(tf.dot(x, W).add(tf.dot(y, U))));
}

export function outputGivenHidden(U: tf.Tensor2D, h: tf.Tensor1D) {
  return tf.tidy(() => tf.sigmoid(tf.dot(U, h)));
}

export function freeEnergy(W: tf.Tensor2D, U: tf.Tensor2D, x: tf.Tensor1D, y: tf.Tensor1D) {
  return tf.tidy(() => tf.softplus(tf.dot(x, W).add(tf.dot(y, U))).sum().neg());
}
