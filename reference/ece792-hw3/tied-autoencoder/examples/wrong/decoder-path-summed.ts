/**
 * @mistake The decoder path of ∂L/∂W is summed over the batch, the rest is averaged.
 * @hint Both paths have the factor 1/n.
 * @expect gradient-W wrong-answer
 * @expect extreme-tiedGradients wrong-answer
 * @expect gradient-own wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

function forward(W: tf.Tensor, b: tf.Tensor, c: tf.Tensor, x: tf.Tensor) {
  const h = tf.sigmoid(tf.matMul(x, W, false, true).add(b));
  const y = tf.sigmoid(tf.matMul(h, W).add(c));
  return { h, y };
}

export function tiedLoss(W: tf.Tensor, b: tf.Tensor, c: tf.Tensor, x: tf.Tensor): tf.Tensor {
  const { y } = forward(W, b, c, x);
  return tf.sub(x, y).square().sum(1).mean();
}

export function tiedGradients(W: tf.Tensor, b: tf.Tensor, c: tf.Tensor, x: tf.Tensor) {
  const n = x.shape[0]!;
  const { h, y } = forward(W, b, c, x);
  const dy = y.sub(x).mul(2 / n).mul(y).mul(tf.sub(1, y));
  const dh = tf.matMul(dy, W, false, true).mul(h).mul(tf.sub(1, h));
  const encoder = tf.matMul(dh, x, true);
  const decoder = tf.matMul(h, dy, true).mul(n);
  return { W: encoder.add(decoder), b: dh.sum(0), c: dy.sum(0) };
}
