/**
 * @mistake Rows of x that are zeros are left out of the mean.
 * @hint A row of zeros is an input like any other.
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

export function tiedLoss(W: tf.Tensor, b: tf.Tensor, c: tf.Tensor, x: tf.Tensor): tf.Tensor {
  const { y } = forward(W, b, c, x);
  const counts = x.abs().sum(1).greater(0).toFloat();
  return tf.sub(x, y).square().sum(1).mul(counts).sum().div(counts.sum());
}

export function tiedGradients(W: tf.Tensor, b: tf.Tensor, c: tf.Tensor, x: tf.Tensor) {
  const counts = x.abs().sum(1, true).greater(0).toFloat();
  const { h, y } = forward(W, b, c, x);
  const dy = y.sub(x).mul(counts).mul(2).div(counts.sum()).mul(y).mul(tf.sub(1, y));
  const dh = tf.matMul(dy, W, false, true).mul(h).mul(tf.sub(1, h));
  const encoder = tf.matMul(dh, x, true);
  const decoder = tf.matMul(h, dy, true);
  return { W: encoder.add(decoder), b: dh.sum(0), c: dy.sum(0) };
}
