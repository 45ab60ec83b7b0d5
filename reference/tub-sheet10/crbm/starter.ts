import * as tf from '@tensorflow/tfjs';

// W [d,K], U [c,K], x [d], y [c], h [K]. Each function may also be async.

/** p(hₖ = 1 | x, y), [K]. */
export function hiddenGivenVisible(W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor): tf.Tensor {
  // TODO
  return tf.tidy(() => notYet('hiddenGivenVisible', W, U, x, y));
}

/** p(yⱼ = 1 | h), [c]. */
export function outputGivenHidden(U: tf.Tensor, h: tf.Tensor): tf.Tensor {
  // TODO
  return tf.tidy(() => notYet('outputGivenHidden', U, h));
}

/** F(x, y) = −log Σₕ exp(xᵀWh + yᵀUh), a scalar tensor or a number, without visiting the 2^K states. */
export function freeEnergy(W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor): tf.Tensor {
  // TODO: mind activations of ±1000.
  return tf.tidy(() => notYet('freeEnergy', W, U, x, y));
}

/** Stands where your code will stand; delete it when the last function is written. */
function notYet(name: string, ...inputs: tf.Tensor[]): never {
  throw new Error(
    `${name} is still to be written (it was given shapes ${inputs.map((x) => `[${x.shape}]`).join(', ')}).`,
  );
}
