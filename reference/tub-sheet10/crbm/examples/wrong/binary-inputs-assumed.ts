/**
 * @mistake x and y are turned into 0 and 1 first (1 where they exceed ½).
 * @hint The formulas take x and y as they are; real numbers are allowed.
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

function activation(W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor): tf.Tensor {
  const [xb, yb] = [x.greater(0.5).toFloat(), y.greater(0.5).toFloat()];
  return tf.dot(xb, W).add(tf.dot(yb, U));
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
  return softplus(activation(W, U, x, y)).sum().neg();
}
