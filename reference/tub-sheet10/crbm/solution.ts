/**
 * Conditionals and free energy of a conditional restricted Boltzmann machine without biases.
 *
 * The machine gives p(y, h | x) ∝ exp(xᵀWh + yᵀUh) with binary hidden units h ∈ {0, 1}^K. Given x and y the exponent
 * is Σₖ hₖ aₖ with the activations a = Wᵀx + Uᵀy: the hidden units are independent, and the sum over their 2^K states
 * is a product of K factors 1 + exp(aₖ).
 *
 * - H. Larochelle, Y. Bengio, Classification using discriminative restricted Boltzmann machines, ICML 2008, section 2.
 * - G. W. Taylor, G. E. Hinton, S. T. Roweis, Modeling human motion using binary latent variables, NIPS 2006.
 */
import * as tf from '@tensorflow/tfjs';

/** p(hₖ = 1 | x, y) = sigm(aₖ), [K]. W [d,K], U [c,K], x [d], y [c]. */
export function hiddenGivenVisible(W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor): tf.Tensor {
  return tf.tidy(() => tf.sigmoid(activations(W, U, x, y)));
}

/** p(yⱼ = 1 | h) = sigm(Σₖ Uⱼₖ hₖ), [c]. U [c,K], h [K]. */
export function outputGivenHidden(U: tf.Tensor, h: tf.Tensor): tf.Tensor {
  return tf.tidy(() => tf.sigmoid(tf.dot(U, h)));
}

/** F(x, y) = −log Σₕ exp(xᵀWh + yᵀUh) = −Σₖ log(1 + exp(aₖ)), a scalar. */
export function freeEnergy(W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor): tf.Tensor {
  return tf.tidy(() => tf.neg(tf.sum(softplus(activations(W, U, x, y)))));
}

/** a = Wᵀx + Uᵀy, [K]. */
function activations(W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor): tf.Tensor {
  return tf.add(tf.dot(x, W), tf.dot(y, U));
}

/** log(1 + exp(a)) = max(a, 0) + log(1 + exp(−|a|)): the exponent is never positive. tf.softplus is coarser, 1e-6. */
function softplus(a: tf.Tensor): tf.Tensor {
  return tf.add(tf.relu(a), tf.log1p(tf.exp(tf.neg(tf.abs(a)))));
}
