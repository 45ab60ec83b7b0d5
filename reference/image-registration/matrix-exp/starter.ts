import * as tf from '@tensorflow/tfjs';

/** The matrix exponential of C [3,3], as a tensor [3,3], with a backward rule of its own. */
export function matrixExp(C: tf.Tensor): tf.Tensor {
  const withRule = tf.customGrad((...inputs) => {
    const [matrix, save] = inputs as [tf.Tensor, tf.GradSaveFunc];
    save([matrix]); // what is saved here comes back as `saved` below
    return {
      value: exponential(matrix),
      gradFunc: (G, saved) => gradient(saved[0]!, G),
    };
  });
  return withRule(C);
}

/** exp(C) for C [3,3]. */
function exponential(C: tf.Tensor): tf.Tensor {
  // TODO: the Taylor series with terms up to i = 99, or any other exact method.
  throw new Error(`The forward pass of matrixExp is still to be written (it was given shape [${C.shape}]).`);
}

/** The gradient with respect to C [3,3], where G [3,3] is the cotangent: the derivative of the loss by exp(C). */
function gradient(C: tf.Tensor, G: tf.Tensor): tf.Tensor {
  // TODO: the adjoint of the Fréchet derivative. It is more than a product of G and exp(C).
  throw new Error(`The backward rule of matrixExp is still to be written (it was given [${C.shape}], [${G.shape}]).`);
}
