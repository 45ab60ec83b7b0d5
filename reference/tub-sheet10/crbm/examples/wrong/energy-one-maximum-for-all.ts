/**
 * @mistake One maximum is taken out for all units together; beside a large activation the others underflow to log 0.
 * @hint Each unit has a logarithm of its own: max(aₖ, 0) + log(1 + exp(−|aₖ|)).
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
  const a = activation(W, U, x, y);
  const top = a.max().relu();
  return top.neg().exp().add(a.sub(top).exp()).log().add(top).sum().neg();
}
