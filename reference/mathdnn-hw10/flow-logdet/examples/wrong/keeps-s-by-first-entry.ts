/**
 * @mistake Σ log|sᵢ| is kept by a part of s, so another s that agrees in that part gets the old one’s.
 * @hint A cache must be keyed by all the numbers; here none is needed.
 * @expect values-logDetPLU wrong-answer
 * @expect values-logDetConv1x1 wrong-answer
 * @expect values-logDetCouplingConv1x1 wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

const sums = new Map<string, number>();

function kept(s: tf.Tensor): number {
  const key = `${s.size} ${s.dataSync()[0]}`;
  if (!sums.has(key)) {
    sums.set(key, Array.from(s.dataSync()).reduce((sum, x) => sum + Math.log(Math.abs(x)), 0));
  }
  return sums.get(key)!;
}

export function logDetPLU(P: tf.Tensor, L: tf.Tensor, U: tf.Tensor, s: tf.Tensor): number {
  return kept(s);
}

export function logDetConv1x1(s: tf.Tensor, m: number, n: number): number {
  return m * n * kept(s);
}

export function logDetCouplingConv1x1(s: tf.Tensor, m: number, n: number): number {
  return m * n * kept(s);
}
