/**
 * @mistake The mean over pixels and channels in place of the sum, as losses are often reported.
 * @hint The Jacobian of the whole picture is asked for.
 * @expect values-logDetConv1x1 wrong-answer
 * @expect extreme-logDetConv1x1 wrong-answer
 * @expect jacobian-logDetConv1x1 wrong-answer
 * @expect values-logDetCouplingConv1x1 wrong-answer
 * @expect extreme-logDetCouplingConv1x1 wrong-answer
 * @expect jacobian-logDetCouplingConv1x1 wrong-answer
 * @expect agreement wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function logDetPLU(P: tf.Tensor, L: tf.Tensor, U: tf.Tensor, s: tf.Tensor): tf.Tensor {
  return tf.sum(tf.log(tf.abs(s)));
}

export function logDetConv1x1(s: tf.Tensor, m: number, n: number): tf.Tensor {
  return tf.mean(tf.log(tf.abs(s)));
}

export function logDetCouplingConv1x1(s: tf.Tensor, m: number, n: number): tf.Tensor {
  return tf.mean(tf.log(tf.abs(s)));
}
