/**
 * @mistake hiddenGivenVisible estimates the probabilities from 10,000 random states instead of computing them.
 * @hint Return sigm(aₖ) itself; nothing here is random.
 * @expect values-hiddenGivenVisible wrong-answer
 * @expect extreme-hiddenGivenVisible wrong-answer
 * @expect enumeration-hiddenGivenVisible wrong-answer
 * @expect many-hiddenGivenVisible wrong-answer
 * @expect gradient-freeEnergy wrong-answer
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
  const p = activation(W, U, x, y).sigmoid();
  return tf.randomUniform([10000, p.size]).less(p).mean(0);
}

export function outputGivenHidden(U: tf.Tensor, h: tf.Tensor): tf.Tensor {
  return tf.dot(U, h).sigmoid();
}

export function freeEnergy(W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor): tf.Tensor {
  return softplus(activation(W, U, x, y)).sum().neg();
}
