/**
 * @mistake y is taken to be one-hot: the row of U at its largest entry stands for yᵀU, and the other entries of y count for nothing.
 * @hint y may be any vector: yᵀU is the sum of all rows of U, each times its yⱼ.
 * @expect values-hiddenGivenVisible wrong-answer
 * @expect extreme-hiddenGivenVisible wrong-answer
 * @expect enumeration-hiddenGivenVisible wrong-answer
 * @expect many-hiddenGivenVisible wrong-answer
 * @expect values-freeEnergy wrong-answer
 * @expect extreme-freeEnergy wrong-answer
 * @expect enumeration-freeEnergy wrong-answer
 * @expect many-freeEnergy wrong-answer
 * @expect gradient-freeEnergy wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

// what flows into each hidden unit, [K]
function activation(W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor): tf.Tensor {
  return tf.dot(x, W).add(tf.gather(U, y.argMax()));
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
  const a = activation(W, U, x, y);
  return softplus(a).sum().neg();
}
