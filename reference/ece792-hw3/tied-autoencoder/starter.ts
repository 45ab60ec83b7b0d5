import * as tf from '@tensorflow/tfjs';

// W [h,d], b [h], c [d], x [n,d]: a picture is a row of x. Each function may also be async.

/** L = mean over the batch of ‖x − x̂‖², a scalar tensor or a number. */
export function tiedLoss(W: tf.Tensor, b: tf.Tensor, c: tf.Tensor, x: tf.Tensor): tf.Tensor {
  // TODO
  return tf.tidy(() => notYet('tiedLoss', W, b, c, x));
}

/** ∂L/∂W [h,d], ∂L/∂b [h], ∂L/∂c [d]. */
export function tiedGradients(
  W: tf.Tensor,
  b: tf.Tensor,
  c: tf.Tensor,
  x: tf.Tensor,
): { W: tf.Tensor; b: tf.Tensor; c: tf.Tensor } {
  // TODO: W takes part in the encoder and in the decoder.
  return tf.tidy(() => ({
    W: notYet('tiedGradients', W, b, c, x),
    b: notYet('tiedGradients', W, b, c, x),
    c: notYet('tiedGradients', W, b, c, x),
  }));
}

/** Stands where your code will stand; delete it when the last function is written. */
function notYet(name: string, ...inputs: tf.Tensor[]): never {
  throw new Error(
    `${name} is still to be written (it was given shapes ${inputs.map((x) => `[${x.shape}]`).join(', ')}).`,
  );
}
