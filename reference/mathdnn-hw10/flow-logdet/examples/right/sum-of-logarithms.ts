/**
 * @about Σ log|sᵢ| by tfjs operations, one function from the other.
 */
import * as tf from '@tensorflow/tfjs';


export function logDetPLU(_P: tf.Tensor, _L: tf.Tensor, _U: tf.Tensor, s: tf.Tensor): tf.Tensor {
  return s.abs().log().sum();
}

export function logDetConv1x1(s: tf.Tensor, m: number, n: number): tf.Tensor {
  return s.abs().log().sum().mul(m * n);
}

export const logDetCouplingConv1x1 = (s: tf.Tensor, m: number, n: number) => logDetConv1x1(s, m, n);
