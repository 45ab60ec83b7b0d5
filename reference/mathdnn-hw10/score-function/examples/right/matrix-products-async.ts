/**
 * @about Async; sums over samples as matrix products wᵀ·score, the −1 taken out of the sum.
 */
import * as tf from '@tensorflow/tfjs-core';

export async function scoreFunctionGradient(
  mu: tf.Tensor1D, logSigma: tf.Tensor1D, z: tf.Tensor2D, logH: tf.Tensor1D,
): Promise<{ mu: tf.Tensor; logSigma: tf.Tensor }> {
  const [n, k] = z.shape;
  const inverse = tf.exp(tf.neg(logSigma));
  const e = z.sub(mu).mul(inverse) as tf.Tensor2D;
  const squares = e.square() as tf.Tensor2D;
  const half = tf.matMul(squares, tf.fill([k, 1], 0.5)).squeeze([1]);
  const normaliser = (await logSigma.sum().data())[0] + (k / 2) * Math.log(2 * Math.PI);
  const weights = logH.add(half).add(normaliser).reshape([1, n]) as tf.Tensor2D;
  const total = weights.sum();
  return {
    mu: tf.matMul(weights, e).reshape([k]).mul(inverse).div(n),
    logSigma: tf.matMul(weights, squares).reshape([k]).sub(total).div(n),
  };
}
