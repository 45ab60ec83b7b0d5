/**
 * @mistake The activations are clipped in the free energy, so a large one counts as a smaller one.
 * @hint log(1 + exp(a)) = max(a, 0) + log(1 + exp(−|a|)) holds for every a, without clipping.
 * @expect extreme-freeEnergy wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

// what flows into each hidden unit, [K]
function activation(W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor): tf.Tensor {
  return tf.dot(x, W).add(tf.dot(y, U));
}

// log(1 + exp(a)) without overflow
function softplus(a: tf.Tensor): tf.Tensor {
  return a.relu().add(a.abs().neg().exp().log1p());
}

export function hiddenGivenVisible(W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor): tf.Tensor {
  return activation(W, U, x, y).sigmoid();
}

export function outputGivenHidden(U: tf.Tensor, h: tf.Tensor): tf.Tensor {
  return tf.dot(U, h).sigmoid();
}

export function freeEnergy(W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor): tf.Tensor {
  const a = activation(W, U, x, y).clipByValue(-80, 80);
  return softplus(a).sum().neg();
}
