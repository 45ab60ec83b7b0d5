import * as tf from '@tensorflow/tfjs';

// tfjs can differentiate matMul, so there is no need for a rule by hand, is there?
export function matrixExp(C: tf.Tensor): tf.Tensor {
  let power = tf.eye(3) as tf.Tensor;
  let result = power;
  for (let i = 1; i <= 99; i++) {
    power = tf.matMul(power, C).div(i);
    result = tf.add(result, power);
  }
  return result;
}
