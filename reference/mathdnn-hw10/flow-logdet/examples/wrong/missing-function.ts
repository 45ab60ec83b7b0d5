/**
 * @mistake logDetCouplingConv1x1 is exported under another name, logDetCoupling.
 * @hint Names count letter by letter: logDetCouplingConv1x1.
 * @expect values-logDetCouplingConv1x1 missing
 * @expect extreme-logDetCouplingConv1x1 missing
 * @expect jacobian-logDetCouplingConv1x1 missing
 * @expect agreement missing
 * @expect purity missing
 */
import * as tf from '@tensorflow/tfjs';

export function logDetPLU(P: tf.Tensor, L: tf.Tensor, U: tf.Tensor, s: tf.Tensor): tf.Tensor {
  return tf.sum(tf.log(tf.abs(s)));
}

export function logDetConv1x1(s: tf.Tensor, m: number, n: number): tf.Tensor {
  return tf.mul(m * n, tf.sum(tf.log(tf.abs(s))));
}

export function logDetCoupling(s: tf.Tensor, m: number, n: number): tf.Tensor {
  return tf.mul(m * n, tf.sum(tf.log(tf.abs(s))));
}
