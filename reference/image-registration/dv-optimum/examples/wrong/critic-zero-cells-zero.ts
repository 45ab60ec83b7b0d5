/**
 * @mistake f* has an ordinary value, such as 0, where the joint probability is 0, so e^f* does not vanish there.
 * @hint f* is −∞ there: −Infinity, or a number so low that e^f* vanishes.
 * @expect critic-zero-cells wrong-answer
 * @expect attained wrong-answer
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
  return whereSupported(joint, joint.log().sub(logProduct(joint)), 0);
}

export function klDivergence(joint: tf.Tensor): tf.Tensor {
  return whereSupported(joint, joint.mul(joint.log().sub(logProduct(joint))), 0).sum();
}
