/**
 * @mistake Σ log|sᵢ| is kept by the number of channels, so another s of that length gets the old one’s.
 * @hint A cache must be keyed by all the numbers; here none is needed.
 * @expect values-logDetPLU wrong-answer
 * @expect extreme-logDetPLU wrong-answer
 * @expect jacobian-logDetPLU wrong-answer
 * @expect values-logDetConv1x1 wrong-answer
 * @expect extreme-logDetConv1x1 wrong-answer
 * @expect jacobian-logDetConv1x1 wrong-answer
 * @expect values-logDetCouplingConv1x1 wrong-answer
 * @expect extreme-logDetCouplingConv1x1 wrong-answer
 * @expect jacobian-logDetCouplingConv1x1 wrong-answer
 * @expect purity wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

const sums = new Map<number, number>();

function kept(s: tf.Tensor): number {
  if (!sums.has(s.size)) {
    sums.set(s.size, Array.from(s.dataSync()).reduce((sum, x) => sum + Math.log(Math.abs(x)), 0));
  }
  return sums.get(s.size)!;
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
