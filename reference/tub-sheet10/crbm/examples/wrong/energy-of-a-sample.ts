/**
 * @mistake freeEnergy rounds the hidden probabilities to states and returns the energy of that state.
 * @hint The free energy sums over all states of h: −Σ log(1 + exp(aₖ)).
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
  const a = activation(W, U, x, y);
  const h = a.sigmoid().sub(0.25).round();
  return a.mul(h).sum().neg();
}
