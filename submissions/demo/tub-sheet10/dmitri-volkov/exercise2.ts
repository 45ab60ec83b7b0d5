import * as tf from '@tensorflow/tfjs';

export function hiddenGivenVisible(W: tf.Tensor2D, U: tf.Tensor2D, x: tf.Tensor1D, y: tf.Tensor1D) {
  return tf.tidy(() => x.dot(W).add(y.dot(U)).sigmoid());
}

export function outputGivenHidden(U: tf.Tensor2D, h: tf.Tensor1D) {
  return tf.tidy(() => U.dot(h).sigmoid());
}

// log of the sum over all h
export function freeEnergy(W: tf.Tensor2D, U: tf.Tensor2D, x: tf.Tensor1D, y: tf.Tensor1D) {
  return tf.tidy(() => x.dot(W).add(y.dot(U)).softplus().sum());
}
