/**
 * @mistake Logarithms are clipped to [−20, 20], which is too narrow for entries of 1e30.
 * @hint A logarithm of 1e30 is 69: there is nothing to clip.
 * @expect extreme-logDetPLU wrong-answer
 * @expect extreme-logDetConv1x1 wrong-answer
 * @expect extreme-logDetCouplingConv1x1 wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function logDetPLU(P: tf.Tensor, L: tf.Tensor, U: tf.Tensor, s: tf.Tensor): tf.Tensor {
  return tf.sum(tf.clipByValue(tf.log(tf.abs(s)), -20, 20));
}

export function logDetConv1x1(s: tf.Tensor, m: number, n: number): tf.Tensor {
  return tf.mul(m * n, tf.sum(tf.clipByValue(tf.log(tf.abs(s)), -20, 20)));
}

export function logDetCouplingConv1x1(s: tf.Tensor, m: number, n: number): tf.Tensor {
  return tf.mul(m * n, tf.sum(tf.clipByValue(tf.log(tf.abs(s)), -20, 20)));
}
