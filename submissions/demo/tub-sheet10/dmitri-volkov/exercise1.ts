import * as tf from '@tensorflow/tfjs';

// straight from the definition on the sheet
function phi(mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  const c = t.shape[0]!;
  const dist = mu.sub(t).square().sum(1);
  const norm = sigma.pow(c).mul((2 * Math.PI) ** (c / 2));
  return dist.div(sigma.square().mul(2)).neg().exp().div(norm);
}

export function mdnError(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  return tf.tidy(() => tf.log(tf.sum(tf.mul(alpha, phi(mu, sigma, t)))).neg());
}

export function posterior(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  return tf.tidy(() => {
    const w = alpha.mul(phi(mu, sigma, t));
    return w.div(w.sum());
  });
}

export function dErrorDAlpha(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  return tf.tidy(() => {
    const p = phi(mu, sigma, t);
    return p.div(alpha.mul(p).sum()).neg();
  });
}

export function dErrorDMu(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  return tf.tidy(() => mu.sub(t).mul(posterior(alpha, mu, sigma, t).div(sigma.square()).expandDims(1)));
}

export function dErrorDLogits(logits: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  return tf.tidy(() => {
    const alpha = logits.softmax();
    return alpha.sub(posterior(alpha, mu, sigma, t));
  });
}
