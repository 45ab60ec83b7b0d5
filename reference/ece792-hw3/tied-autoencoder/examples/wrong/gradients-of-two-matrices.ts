/**
 * @mistake ∂L/∂W has the encoder path only: the path through the decoder, where Wᵀ takes part, is missing.
 * @hint W appears in x̂ = σ(Wᵀh + c), too: add Hᵀ times the error at the output.
 * @expect gradient-W wrong-answer
 * @expect extreme-tiedGradients wrong-answer
 * @expect gradient-own wrong-answer
 */
// In the words of decoder-path-missing, which gives the same numbers: here tf.grads is taken with respect to two copies of W,
// and the first of the two gradients is returned.
import * as tf from '@tensorflow/tfjs';

function forward(W: tf.Tensor, b: tf.Tensor, c: tf.Tensor, x: tf.Tensor) {
  const h = tf.sigmoid(tf.matMul(x, W, false, true).add(b));
  const y = tf.sigmoid(tf.matMul(h, W).add(c));
  return { h, y };
}

export function tiedLoss(W: tf.Tensor, b: tf.Tensor, c: tf.Tensor, x: tf.Tensor): tf.Tensor {
  const { y } = forward(W, b, c, x);
  return tf.sub(x, y).square().sum(1).mean();
}

export function tiedGradients(W: tf.Tensor, b: tf.Tensor, c: tf.Tensor, x: tf.Tensor) {
  const loss = (encoder: tf.Tensor, decoder: tf.Tensor, u: tf.Tensor, v: tf.Tensor): tf.Scalar => {
    const h = tf.sigmoid(tf.matMul(x, encoder, false, true).add(u));
    const y = tf.sigmoid(tf.matMul(h, decoder).add(v));
    return tf.sub(x, y).square().sum(1).mean();
  };
  const [gW, , gb, gc] = tf.grads(loss)([W.clone(), W.clone(), b, c]);
  return { W: gW, b: gb, c: gc };
}
