/**
 * @about tf.grads of the loss: nothing forbids it in this exercise. W counts in both places because it is one tensor.
 */
import * as tf from '@tensorflow/tfjs';

export function tiedLoss(W: tf.Tensor, b: tf.Tensor, c: tf.Tensor, x: tf.Tensor): tf.Scalar {
  const h = tf.sigmoid(tf.add(tf.matMul(x, tf.transpose(W)), b));
  const y = tf.sigmoid(tf.add(tf.matMul(h, W), c));
  return tf.mean(tf.sum(tf.square(tf.sub(x, y)), 1));
}

export function tiedGradients(W: tf.Tensor, b: tf.Tensor, c: tf.Tensor, x: tf.Tensor) {
  const [gW, gb, gc] = tf.grads((w, u, v) => tiedLoss(w, u, v, x))([W, b, c]);
  return { W: gW, b: gb, c: gc };
}
