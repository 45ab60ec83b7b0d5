/**
 * @mistake logDetConv1x1 disposes s, which belongs to the caller.
 * @hint Dispose only what you made yourself; tf.tidy does that for you.
 * @expect purity wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function logDetPLU(P: tf.Tensor, L: tf.Tensor, U: tf.Tensor, s: tf.Tensor): tf.Tensor {
  return tf.sum(tf.log(tf.abs(s)));
}

export function logDetConv1x1(s: tf.Tensor, m: number, n: number): tf.Tensor {
  const sum = tf.sum(tf.log(tf.abs(s)));
  s.dispose();
  return tf.mul(m * n, sum);
}

export function logDetCouplingConv1x1(s: tf.Tensor, m: number, n: number): tf.Tensor {
  return tf.mul(m * n, tf.sum(tf.log(tf.abs(s))));
}
