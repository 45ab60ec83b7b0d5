/**
 * @about The hidden probabilities as the gradient of the free energy; the outputs as a difference of two free energies.
 */
import * as tf from '@tensorflow/tfjs-node-gpu';

/** log(1 + exp(a)) = log(exp(0) + exp(a)), by log-sum-exp over a new axis. */
function logOfBoth(a: tf.Tensor): tf.Tensor {
  return tf.logSumExp(tf.stack([tf.zerosLike(a), a]), 0);
}

const energyOf = (a: tf.Tensor): tf.Tensor => tf.neg(tf.sum(logOfBoth(a)));

function activation(W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor): tf.Tensor {
  return W.mul(x.expandDims(1)).sum(0).add(U.mul(y.expandDims(1)).sum(0));
}

export function freeEnergy(W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor): tf.Tensor {
  return tf.tidy(() => energyOf(activation(W, U, x, y)));
}

export function hiddenGivenVisible(W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor): tf.Tensor {
  return tf.tidy(() => tf.grad(energyOf)(activation(W, U, x, y)).neg());
}

export function outputGivenHidden(U: tf.Tensor, h: tf.Tensor): tf.Tensor {
  // log p(y = 1) = b − log(1 + exp(b)), for each output.
  return tf.tidy(() => {
    const b = U.mul(h).sum(1);
    return b.sub(logOfBoth(b)).exp();
  });
}
