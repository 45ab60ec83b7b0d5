/**
 * @mistake freeEnergy takes x and y before W and U.
 * @hint The order is freeEnergy(W, U, x, y).
 * @expect values-freeEnergy runtime-error
 * @expect extreme-freeEnergy runtime-error
 * @expect enumeration-freeEnergy runtime-error
 * @expect many-freeEnergy runtime-error
 * @expect gradient-freeEnergy runtime-error
 * @expect purity runtime-error
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

export function freeEnergy(x: tf.Tensor, y: tf.Tensor, W: tf.Tensor, U: tf.Tensor): tf.Tensor {
  return softplus(activation(W, U, x, y)).sum().neg();
}
