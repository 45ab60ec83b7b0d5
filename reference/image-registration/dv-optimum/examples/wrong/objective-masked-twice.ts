/**
 * @mistake The critic is set to 0 where the joint probability is 0, in the second term, too: there it counts with the weight P_X P_Z.
 * @hint Only the first term needs the mask: 0 times −∞ is 0 there. e^f is weighted by P_X P_Z in every cell.
 * @expect extreme-dvObjective wrong-answer
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
  return first.sub(tf.logSumExp(whereSupported(joint, f, 0).add(logProduct(joint))));
}

export function optimalCritic(joint: tf.Tensor): tf.Tensor {
  return whereSupported(joint, joint.log().sub(logProduct(joint)), -Infinity);
}

export function klDivergence(joint: tf.Tensor): tf.Tensor {
  return whereSupported(joint, joint.mul(joint.log().sub(logProduct(joint))), 0).sum();
}
