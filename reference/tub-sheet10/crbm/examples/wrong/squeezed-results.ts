/**
 * @mistake Results are squeezed, so for K = 1 or c = 1 the axis is lost.
 * @hint Return [K] and [c] also where they are 1; tf.squeeze takes out every axis of length 1.
 * @expect values-hiddenGivenVisible wrong-answer
 * @expect enumeration-hiddenGivenVisible wrong-answer
 * @expect values-outputGivenHidden wrong-answer
 * @expect enumeration-outputGivenHidden wrong-answer
 * @expect gradient-freeEnergy wrong-answer
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
  return x.expandDims(0).matMul(W).add(y.expandDims(0).matMul(U)).sigmoid().squeeze();
}

export function outputGivenHidden(U: tf.Tensor, h: tf.Tensor): tf.Tensor {
  return U.matMul(h.expandDims(1)).sigmoid().squeeze();
}

export function freeEnergy(W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor): tf.Tensor {
  return softplus(activation(W, U, x, y)).sum().neg();
}
