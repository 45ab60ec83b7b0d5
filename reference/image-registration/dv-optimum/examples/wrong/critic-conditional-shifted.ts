/**
 * @mistake optimalCritic returns log P(z|x) = log(P_XZ / P_X); the division by P_Z is missing.
 * @hint Divide by both marginals. An x-dependent term is no constant.
 * @expect critic wrong-answer
 * @expect critic-zero-cells wrong-answer
 * @expect attained wrong-answer
 * @expect stationary wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

// log of P_X P_Z, -Infinity where it is 0
function logProduct(joint: tf.Tensor): tf.Tensor {
  return joint.sum(1, true).log().add(joint.sum(0, true).log());
}

function whereSupported(joint: tf.Tensor, values: tf.Tensor, otherwise: number): tf.Tensor {
  return tf.where(joint.greater(0), values, tf.fill(joint.shape, otherwise));
}

export function dvObjective(f: tf.Tensor, joint: tf.Tensor): tf.Tensor {
  const first = whereSupported(joint, f.mul(joint), 0).sum();
  return first.sub(tf.logSumExp(f.add(logProduct(joint))));
}

export function optimalCritic(joint: tf.Tensor): tf.Tensor {
  return whereSupported(joint, joint.log().sub(joint.sum(1, true).log()), -1e6).sub(3.5);
}

export function klDivergence(joint: tf.Tensor): tf.Tensor {
  return whereSupported(joint, joint.mul(joint.log().sub(logProduct(joint))), 0).sum();
}
