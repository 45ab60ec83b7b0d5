/**
 * @mistake There is no backward rule: automatic differentiation goes through scaling and squaring.
 * @hint Wrap the function in tf.customGrad and compute the adjoint yourself.
 * @expect own-rule wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function matrixExp(C: tf.Tensor): tf.Tensor {
  const I = tf.eye(3);
  const X = C.div(64);
  let E: tf.Tensor = I;
  for (let k = 12; k > 0; k--) E = I.add(X.matMul(E).div(k));
  for (let k = 0; k < 6; k++) E = E.matMul(E);
  return E;
}
