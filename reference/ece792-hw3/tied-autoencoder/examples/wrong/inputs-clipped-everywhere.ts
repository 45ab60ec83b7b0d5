/**
 * @mistake x is clipped to [0, 1] before it is encoded and compared with x̂.
 * @hint x may be any real number.
 * @expect values-tiedLoss wrong-answer
 * @expect gradient-W wrong-answer
 * @expect gradient-b wrong-answer
 * @expect gradient-c wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

function forward(W: tf.Tensor, b: tf.Tensor, c: tf.Tensor, x: tf.Tensor) {
  const h = tf.sigmoid(tf.matMul(x, W, false, true).add(b));
  const y = tf.sigmoid(tf.matMul(h, W).add(c));
  return { h, y };
}

export function tiedLoss(W: tf.Tensor, b: tf.Tensor, c: tf.Tensor, inputs: tf.Tensor): tf.Tensor {
  const x = inputs.clipByValue(0, 1);
  const { y } = forward(W, b, c, x);
  return tf.sub(x, y).square().sum(1).mean();
}

export function tiedGradients(W: tf.Tensor, b: tf.Tensor, c: tf.Tensor, inputs: tf.Tensor) {
  const x = inputs.clipByValue(0, 1);
  const n = x.shape[0]!;
  const { h, y } = forward(W, b, c, x);
  const dy = y.sub(x).mul(2 / n).mul(y).mul(tf.sub(1, y));
  const dh = tf.matMul(dy, W, false, true).mul(h).mul(tf.sub(1, h));
  const encoder = tf.matMul(dh, x, true);
  const decoder = tf.matMul(h, dy, true);
  return { W: encoder.add(decoder), b: dh.sum(0), c: dy.sum(0) };
}
