/**
 * @mistake logDetPLU writes |sᵢ| into the memory of s, so the argument is changed by the call.
 * @hint dataSync may be the tensor’s own memory: copy it before you write into it.
 * @expect purity wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function logDetPLU(P: tf.Tensor, L: tf.Tensor, U: tf.Tensor, s: tf.Tensor): tf.Tensor {
  const values = s.dataSync();
  for (let i = 0; i < values.length; i++) values[i] = Math.abs(values[i]);
  return tf.sum(tf.log(tf.tensor1d(Array.from(values))));
}

export function logDetConv1x1(s: tf.Tensor, m: number, n: number): tf.Tensor {
  return tf.mul(m * n, tf.sum(tf.log(tf.abs(s))));
}

export function logDetCouplingConv1x1(s: tf.Tensor, m: number, n: number): tf.Tensor {
  return tf.mul(m * n, tf.sum(tf.log(tf.abs(s))));
}
