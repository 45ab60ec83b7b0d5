/**
 * @mistake log(1 + exp(a)) is computed as it stands, and is infinite for large a.
 * @hint log(1 + exp(a)) = max(a, 0) + log(1 + exp(−|a|)).
 * @expect extreme-freeEnergy wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

// what flows into each hidden unit, [K]
function activation(W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor): tf.Tensor {
  return tf.dot(x, W).add(tf.dot(y, U));
}

function softplus(a: tf.Tensor): tf.Tensor {
  return a.exp().add(1).log();
}

export function hiddenGivenVisible(W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor): tf.Tensor {
  return activation(W, U, x, y).sigmoid();
}

export function outputGivenHidden(U: tf.Tensor, h: tf.Tensor): tf.Tensor {
  return tf.dot(U, h).sigmoid();
}

export function freeEnergy(W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor): tf.Tensor {
  return softplus(activation(W, U, x, y)).sum().neg();
}
