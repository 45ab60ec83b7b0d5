/**
 * @mistake logDetPLU throws an error for a single channel.
 * @hint C may be 1: then A is the number s.
 * @expect values-logDetPLU runtime-error
 * @expect jacobian-logDetPLU runtime-error
 * @expect agreement runtime-error
 */
import * as tf from '@tensorflow/tfjs';

export function logDetPLU(P: tf.Tensor, L: tf.Tensor, U: tf.Tensor, s: tf.Tensor): tf.Tensor {
  if (s.shape[0] < 2) throw new Error('a matrix needs at least two rows');
  return tf.sum(tf.log(tf.abs(s)));
}

export function logDetConv1x1(s: tf.Tensor, m: number, n: number): tf.Tensor {
  return tf.mul(m * n, tf.sum(tf.log(tf.abs(s))));
}

export function logDetCouplingConv1x1(s: tf.Tensor, m: number, n: number): tf.Tensor {
  return tf.mul(m * n, tf.sum(tf.log(tf.abs(s))));
}
