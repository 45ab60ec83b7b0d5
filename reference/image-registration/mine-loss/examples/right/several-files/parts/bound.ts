import * as tf from '@tensorflow/tfjs';

/** The Donsker-Varadhan bound from the critic's outputs. */
export function bound(onJoint: tf.Tensor, onMarginal: tf.Tensor): tf.Tensor {
  const n = onMarginal.shape[0];
  return tf.mean(onJoint).sub(tf.logSumExp(onMarginal).sub(Math.log(n)));
}
