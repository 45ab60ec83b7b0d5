/**
 * @mistake F is computed as Σ log(1 − pₖ) with 1 − pₖ kept above 1e-12: no unit contributes more than 27.6.
 * @hint Use the activations: log(1 − pₖ) = −log(1 + exp(aₖ)), which needs no clipping.
 * @expect extreme-freeEnergy wrong-answer
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
  return tf.sub(1, hiddenGivenVisible(W, U, x, y)).clipByValue(1e-12, 1).log().sum();
}
