import * as tf from '@tensorflow/tfjs';

export function reparameterize(mu: tf.Tensor, logVar: tf.Tensor, eps: tf.Tensor): tf.Tensor {
  const sigma = tf.pow(tf.scalar(Math.E), logVar.div(2));
  return mu.add(sigma.mul(eps));
}

export function negativeElbo(x: tf.Tensor, xHat: tf.Tensor, mu: tf.Tensor, logVar: tf.Tensor): tf.Scalar {
  const pixels = x.size / x.shape[0]!;
  const misfit = tf.losses.meanSquaredError(x, xHat).mul(pixels / 2);
  const variance = tf.exp(logVar);
  const divergence = tf.mean(tf.sum(variance.add(mu.mul(mu)).sub(1).sub(logVar), 1)).div(2);
  return misfit.add(divergence) as tf.Scalar;
}
