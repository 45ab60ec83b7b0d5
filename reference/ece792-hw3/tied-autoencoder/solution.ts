/**
 * An autoencoder whose decoder uses the encoder's weights: h = σ(Wx + b), x̂ = σ(Wᵀh + c), L the mean over the batch of ‖x − x̂‖².
 *
 * W takes part twice, so its gradient has two terms (the multivariate chain rule): with the batch in rows, H = σ(XWᵀ + b) and
 * X̂ = σ(HW + c), let Δ = ∂L/∂(HW + c) = 2/n (X̂ − X)∘X̂∘(1 − X̂) and Γ = ∂L/∂(XWᵀ + b) = (ΔWᵀ)∘H∘(1 − H). Then
 * ∂L/∂W = ΓᵀX + HᵀΔ, ∂L/∂b = Σ Γ, ∂L/∂c = Σ Δ over the batch.
 *
 * - D. E. Rumelhart, G. E. Hinton, R. J. Williams, Learning representations by back-propagating errors, Nature 323, 1986.
 * - P. Vincent et al., Stacked denoising autoencoders, JMLR 11, 2010, section 2.2 (tied weights).
 */
import * as tf from '@tensorflow/tfjs';

interface Gradients {
  W: tf.Tensor;
  b: tf.Tensor;
  c: tf.Tensor;
}

/** L, a scalar. W [h,d], b [h], c [d], x [n,d]. */
export function tiedLoss(W: tf.Tensor, b: tf.Tensor, c: tf.Tensor, x: tf.Tensor): tf.Scalar {
  return tf.tidy(() => {
    const { output } = forward(W, b, c, x);
    return tf.div(tf.sum(tf.squaredDifference(x, output)), x.shape[0]!);
  });
}

/** ∂L/∂W [h,d], ∂L/∂b [h], ∂L/∂c [d]. */
export function tiedGradients(W: tf.Tensor, b: tf.Tensor, c: tf.Tensor, x: tf.Tensor): Gradients {
  return tf.tidy(() => {
    const { hidden, output } = forward(W, b, c, x);
    const outputError = tf.mul(tf.mul(tf.sub(output, x), 2 / x.shape[0]!), sigmoidSlope(output));
    const hiddenError = tf.mul(tf.matMul(outputError, W, false, true), sigmoidSlope(hidden));
    const encoderPath = tf.matMul(hiddenError, x, true);
    const decoderPath = tf.matMul(hidden, outputError, true);
    return { W: tf.add(encoderPath, decoderPath), b: tf.sum(hiddenError, 0), c: tf.sum(outputError, 0) };
  });
}

/** hidden [n,h], output [n,d] */
function forward(W: tf.Tensor, b: tf.Tensor, c: tf.Tensor, x: tf.Tensor): { hidden: tf.Tensor; output: tf.Tensor } {
  const hidden = tf.sigmoid(tf.add(tf.matMul(x, W, false, true), b));
  return { hidden, output: tf.sigmoid(tf.add(tf.matMul(hidden, W), c)) };
}

/** σ′(a) = s(1 − s) where s = σ(a). */
function sigmoidSlope(s: tf.Tensor): tf.Tensor {
  return tf.mul(s, tf.sub(1, s));
}
