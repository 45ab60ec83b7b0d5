import * as tf from '@tensorflow/tfjs';

function input(W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor) {
  // [1, d] x [d, K] + [1, c] x [c, K]
  return tf.matMul(x.expandDims(0), W).add(tf.matMul(y.expandDims(0), U)).reshape([-1]);
}

export const hiddenGivenVisible = (W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor) =>
  input(W, U, x, y).sigmoid();

export const outputGivenHidden = (U: tf.Tensor, h: tf.Tensor) => tf.matMul(U, h.expandDims(1)).reshape([-1]).sigmoid();

export const freeEnergy = (W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor) =>
  input(W, U, x, y).softplus().sum().neg();
