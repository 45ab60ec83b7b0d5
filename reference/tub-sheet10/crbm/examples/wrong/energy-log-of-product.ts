/**
 * @mistake The factors 1 + exp(aₖ) are multiplied before the logarithm is taken, and their product overflows.
 * @hint The logarithm of a product is the sum of the logarithms: add up log(1 + exp(aₖ)), each in its stable form.
 * @expect extreme-freeEnergy wrong-answer
 * @expect many-freeEnergy wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

// what flows into each hidden unit, [K]
function activation(W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor): tf.Tensor {
  return tf.dot(x, W).add(tf.dot(y, U));
}

export function hiddenGivenVisible(W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor): tf.Tensor {
  return activation(W, U, x, y).sigmoid();
}

export function outputGivenHidden(U: tf.Tensor, h: tf.Tensor): tf.Tensor {
  return tf.dot(U, h).sigmoid();
}

export function freeEnergy(W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor): tf.Tensor {
  return activation(W, U, x, y).exp().add(1).prod().log().neg();
}
