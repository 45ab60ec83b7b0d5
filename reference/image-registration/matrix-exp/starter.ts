import type * as tf from '@tensorflow/tfjs';

/**
 * The matrix exponential of C [3,3], as a tensor [3,3].
 *
 * It carries its own backward rule, so build it with tf.customGrad: inside, compute the value, keep what the backward
 * rule needs with `save`, and return a `gradFunc` that turns the cotangent G [3,3] into the gradient with respect
 * to C [3,3].
 *
 * A frame to start from:
 *
 *   const withRule = tf.customGrad((...inputs) => {
 *     const [matrix, save] = inputs as [tf.Tensor, tf.GradSaveFunc];
 *     save([matrix]);
 *     return { value: ..., gradFunc: (G, saved) => ... };
 *   });
 *   return withRule(C);
 */
export function matrixExp(C: tf.Tensor): tf.Tensor {
  // TODO: forward: the Taylor series (terms up to i = 99), or any other exact method.
  // TODO: backward: the adjoint of the Fréchet derivative. It is more than a product of G and exp(C).
  throw new Error(`matrixExp is still to be written; it was just called with a tensor of shape [${C.shape}].`);
}
