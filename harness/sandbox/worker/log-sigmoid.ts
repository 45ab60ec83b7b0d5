import type { Tensor } from '@tensorflow/tfjs';
import type { Tf } from './tf.ts';

/**
 * log(1/(1 + e^−x)) as tfjs 4.22 has it, −softplus(−x), with a gradient that holds on to its input: tfjs's own forgets to, and
 * ends with “Cannot read properties of undefined” where x is an intermediate result, sooner on one backend than on the other.
 * Students' programs are not to fail for that. Also in place of the tensor's method.
 */
export function soundLogSigmoid(tf: Tf): (x: Parameters<Tf['logSigmoid']>[0]) => Tensor {
  const differentiable = tf.customGrad((x, save) => {
    const input = x as Tensor;
    (save as (tensors: Tensor[]) => void)([input]);
    return {
      value: tf.neg(tf.softplus(tf.neg(input))),
      gradFunc: (dy: Tensor, saved: Tensor[]) => tf.mul(dy, tf.sigmoid(tf.neg(saved[0]!))),
    };
  });
  const logSigmoid = (x: Parameters<Tf['logSigmoid']>[0]): Tensor =>
    tf.tidy(() => differentiable(x instanceof tf.Tensor ? x : tf.tensor(x)));
  tf.Tensor.prototype.logSigmoid = function logSigmoidOf<T extends Tensor>(this: T): T {
    return logSigmoid(this) as T;
  };
  return logSigmoid;
}
