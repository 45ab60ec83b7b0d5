/**
 * The Donsker–Varadhan bound on a finite joint distribution, its optimal critic and its optimum.
 *
 * For every critic f, J(f) = E_P f − log E_Q e^f ≤ KL(P ‖ Q), here with P = P_XZ and Q = P_X P_Z; equality holds for
 * f = log(P/Q) + const. Cells of joint probability 0 contribute nothing to E_P f, even where f is −∞ there.
 *
 * - M. D. Donsker, S. R. S. Varadhan, Asymptotic evaluation of certain Markov process expectations for large time IV,
 *   Comm. Pure Appl. Math. 36 (1983) 183.
 * - M. I. Belghazi et al., Mutual information neural estimation, ICML 2018, theorem 1.
 */
import * as tf from '@tensorflow/tfjs';

/** J(f) = Σ f P_XZ − log Σ e^f P_X P_Z, a scalar. f [m,n], joint [m,n]. */
export function dvObjective(f: tf.Tensor, joint: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const mean = tf.sum(onSupport(joint, tf.mul(f, joint), 0));
    // With the weights in the exponent, the largest term that counts is taken out: log 0 = −∞ takes no part.
    return tf.sub(mean, tf.logSumExp(tf.add(f, logProduct(joint))));
  });
}

/** f* = log P_XZ − log P_X P_Z, [m,n], with constant 0; −∞ where the joint probability is 0. */
export function optimalCritic(joint: tf.Tensor): tf.Tensor {
  return tf.tidy(() => onSupport(joint, logRatio(joint), Number.NEGATIVE_INFINITY));
}

/** KL(P_XZ ‖ P_X P_Z) = Σ P_XZ log(P_XZ / (P_X P_Z)), the mutual information in nats, a scalar; 0 log 0 = 0. */
export function klDivergence(joint: tf.Tensor): tf.Tensor {
  return tf.tidy(() => tf.sum(onSupport(joint, tf.mul(joint, logRatio(joint)), 0)));
}

/** log P_XZ − log P_X P_Z, [m,n]; NaN in rows and columns of probability 0. */
function logRatio(joint: tf.Tensor): tf.Tensor {
  return tf.sub(tf.log(joint), logProduct(joint));
}

/** log P_X + log P_Z, [m,n]: a sum of logarithms, because the product of two small marginals may underflow. */
function logProduct(joint: tf.Tensor): tf.Tensor {
  return tf.add(tf.log(tf.sum(joint, 1, true)), tf.log(tf.sum(joint, 0, true)));
}

/** `values` where the joint probability is positive, `otherwise` elsewhere. */
function onSupport(joint: tf.Tensor, values: tf.Tensor, otherwise: number): tf.Tensor {
  return tf.where(tf.greater(joint, 0), values, tf.fill(joint.shape, otherwise));
}
