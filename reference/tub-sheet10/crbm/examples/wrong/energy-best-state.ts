/**
 * @mistake The free energy is −Σ max(aₖ, 0), the energy of the best state alone.
 * @hint All states count: log(1 + exp(aₖ)) instead of max(aₖ, 0).
 * @expect values-freeEnergy wrong-answer
 * @expect extreme-freeEnergy wrong-answer
 * @expect enumeration-freeEnergy wrong-answer
 * @expect many-freeEnergy wrong-answer
 * @expect gradient-freeEnergy wrong-answer
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
  return activation(W, U, x, y).relu().sum().neg();
}
