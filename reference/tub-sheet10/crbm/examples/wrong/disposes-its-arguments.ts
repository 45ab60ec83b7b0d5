/**
 * @mistake outputGivenHidden disposes its arguments, which belong to the caller.
 * @hint Dispose only what you made yourself; tf.tidy does that for you.
 * @expect purity wrong-answer
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
  const p = tf.dot(U, h).sigmoid();
  tf.dispose([U, h]);
  return p;
}

export function freeEnergy(W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor): tf.Tensor {
  return softplus(activation(W, U, x, y)).sum().neg();
}
