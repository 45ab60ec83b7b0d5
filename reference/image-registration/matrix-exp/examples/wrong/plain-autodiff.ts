/**
 * @mistake There is no backward rule: automatic differentiation goes through all 99 terms.
 * @hint Wrap the function in tf.customGrad and compute the adjoint yourself.
 * @expect own-rule wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function matrixExp(C: tf.Tensor): tf.Tensor {
  let power: tf.Tensor = tf.eye(3);
  let sum: tf.Tensor = tf.eye(3);
  for (let i = 1; i <= 99; i++) {
    power = tf.matMul(power, C).div(i);
    sum = sum.add(power);
  }
  return sum;
}
