/**
 * @mistake p(yⱼ = 1 | h) is a softmax over the outputs, as if exactly one were on.
 * @hint Here the outputs are independent given h: one sigmoid each.
 * @expect values-outputGivenHidden wrong-answer
 * @expect extreme-outputGivenHidden wrong-answer
 * @expect enumeration-outputGivenHidden wrong-answer
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
  const b = tf.dot(U, h);
  return b.size === 1 ? b.sigmoid() : tf.softmax(b);
}

export function freeEnergy(W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor): tf.Tensor {
  return softplus(activation(W, U, x, y)).sum().neg();
}
