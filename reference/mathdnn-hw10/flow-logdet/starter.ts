import * as tf from '@tensorflow/tfjs';

// P, L, U [C,C], s [C]; m and n are numbers. Each function may also be async and may return a number.

/** log|det A| for A = P L (U + diag s), a scalar. */
export function logDetPLU(P: tf.Tensor, L: tf.Tensor, U: tf.Tensor, s: tf.Tensor): tf.Tensor {
  // TODO: entries of s may be negative; their product may overflow.
  return tf.tidy(() => notYet('logDetPLU', P, L, U, s));
}

/** log|det| of the 1×1 convolution with A on m × n pixels of C channels, a scalar. */
export function logDetConv1x1(s: tf.Tensor, m: number, n: number): tf.Tensor {
  // TODO: of how many entries is the picture made, and how often does A appear in the Jacobian?
  return tf.tidy(() => notYet(`logDetConv1x1 on ${m}×${n} pixels`, s));
}

/** log|det| of the layer that leaves the first C of 2C channels as they are and convolves the second C with A, a scalar. */
export function logDetCouplingConv1x1(s: tf.Tensor, m: number, n: number): tf.Tensor {
  // TODO: what do the channels that stay as they are add?
  return tf.tidy(() => notYet(`logDetCouplingConv1x1 on ${m}×${n} pixels`, s));
}

/** Stands where your code will stand; delete it when the last function is written. */
function notYet(name: string, ...inputs: tf.Tensor[]): never {
  throw new Error(
    `${name} is still to be written (it was given shapes ${inputs.map((x) => `[${x.shape}]`).join(', ')}).`,
  );
}
