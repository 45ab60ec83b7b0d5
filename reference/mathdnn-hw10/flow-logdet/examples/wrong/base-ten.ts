/**
 * @mistake Logarithms to base 10 in place of natural ones.
 * @hint tf.log and Math.log are natural.
 * @expect values-logDetPLU wrong-answer
 * @expect extreme-logDetPLU wrong-answer
 * @expect jacobian-logDetPLU wrong-answer
 * @expect values-logDetConv1x1 wrong-answer
 * @expect extreme-logDetConv1x1 wrong-answer
 * @expect jacobian-logDetConv1x1 wrong-answer
 * @expect values-logDetCouplingConv1x1 wrong-answer
 * @expect extreme-logDetCouplingConv1x1 wrong-answer
 * @expect jacobian-logDetCouplingConv1x1 wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

function sumOver(s: tf.Tensor, term: (value: number) => number): number {
  return Array.from(s.dataSync()).reduce((sum, value) => sum + term(value), 0);
}

export function logDetPLU(P: tf.Tensor, L: tf.Tensor, U: tf.Tensor, s: tf.Tensor): number {
  return sumOver(s, (x) => Math.log10(Math.abs(x)));
}

export function logDetConv1x1(s: tf.Tensor, m: number, n: number): number {
  return m * n * sumOver(s, (x) => Math.log10(Math.abs(x)));
}

export function logDetCouplingConv1x1(s: tf.Tensor, m: number, n: number): number {
  return m * n * sumOver(s, (x) => Math.log10(Math.abs(x)));
}
