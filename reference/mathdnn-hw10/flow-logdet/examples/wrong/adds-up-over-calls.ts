/**
 * @mistake The log-determinants of all calls are added up in a variable of the module.
 * @hint A function starts afresh at every call; let the caller add up layers.
 * @expect values-logDetPLU wrong-answer
 * @expect extreme-logDetPLU wrong-answer
 * @expect jacobian-logDetPLU wrong-answer
 * @expect values-logDetConv1x1 wrong-answer
 * @expect extreme-logDetConv1x1 wrong-answer
 * @expect jacobian-logDetConv1x1 wrong-answer
 * @expect values-logDetCouplingConv1x1 wrong-answer
 * @expect extreme-logDetCouplingConv1x1 wrong-answer
 * @expect jacobian-logDetCouplingConv1x1 wrong-answer
 * @expect invariance-logDetPLU wrong-answer
 * @expect agreement wrong-answer
 * @expect purity wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

let total = 0;

function layer(count: number, s: tf.Tensor): number {
  for (const value of s.dataSync()) total += count * Math.log(Math.abs(value));
  return total;
}

export function logDetPLU(P: tf.Tensor, L: tf.Tensor, U: tf.Tensor, s: tf.Tensor): number {
  return layer(1, s);
}

export function logDetConv1x1(s: tf.Tensor, m: number, n: number): number {
  return layer(m * n, s);
}

export function logDetCouplingConv1x1(s: tf.Tensor, m: number, n: number): number {
  return layer(m * n, s);
}
