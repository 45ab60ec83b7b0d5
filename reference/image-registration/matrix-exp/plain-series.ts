import * as tf from '@tensorflow/tfjs';

/**
 * The sheet's series, Σ Cⁱ/i! up to i = 99, without a backward rule: what automatic differentiation alone costs.
 * The timing check compares submissions with it.
 */
export function matrixExp(C: tf.Tensor2D): tf.Tensor {
  let term: tf.Tensor2D = tf.eye(3);
  let sum: tf.Tensor2D = term;
  for (let i = 1; i <= 99; i++) {
    term = tf.matMul(term, C).div(i);
    sum = sum.add(term);
  }
  return sum;
}
