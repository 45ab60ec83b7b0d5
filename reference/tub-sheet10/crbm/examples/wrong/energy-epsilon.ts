/**
 * @mistake A constant 1e-5 is added inside the logarithm.
 * @hint log(1 + exp(a)) never meets log 0; no constant is needed.
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

function softplus(a: tf.Tensor): tf.Tensor {
  return a.relu().add(a.abs().neg().exp().add(1 + 1e-5).log());
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
