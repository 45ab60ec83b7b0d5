import * as tf from '@tensorflow/tfjs';

/** log phi_i(t) for every component, [m] */
function logPhi(mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): tf.Tensor {
  const c = mu.shape[1]!;
  const squared = mu.sub(t).div(sigma.expandDims(1)).square().sum(1);
  return squared.mul(-0.5).sub(sigma.log().mul(c)).sub((c / 2) * Math.log(2 * Math.PI));
}

export function mdnError(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  // log(0) = -Infinity is fine inside of logSumExp
  return tf.tidy(() => alpha.log().add(logPhi(mu, sigma, t)).logSumExp().neg());
}

export function posterior(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  return tf.tidy(() => tf.softmax(alpha.log().add(logPhi(mu, sigma, t))));
}

// -pi_i/alpha_i would be 0/0 at alpha_i = 0, so the alpha is cancelled first: -phi_i / sum_j alpha_j phi_j
export function dErrorDAlpha(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  return tf.tidy(() => logPhi(mu, sigma, t).add(mdnError(alpha, mu, sigma, t)).exp().neg());
}

export function dErrorDMu(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  return tf.tidy(() => {
    const weight = posterior(alpha, mu, sigma, t).div(sigma.square());
    return mu.sub(t).mul(weight.expandDims(1));
  });
}

export function dErrorDLogits(logits: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  return tf.tidy(() => tf.softmax(logits).sub(tf.softmax(logits.add(logPhi(mu, sigma, t)))));
}
