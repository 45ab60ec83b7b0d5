import * as tf from '@tensorflow/tfjs';

// f [m,n] and joint [m,n]; joint holds probabilities that sum to 1. Each function may also be async.

/** J(f) = Σ f·P_XZ − log Σ e^f·P_X P_Z, a scalar tensor or a number. */
export function dvObjective(f: tf.Tensor, joint: tf.Tensor): tf.Tensor {
  // TODO: the values of f may be in the hundreds.
  return tf.tidy(() => notYet('dvObjective', f, joint));
}

/** A critic that maximises J, [m,n]; any constant may be added. */
export function optimalCritic(joint: tf.Tensor): tf.Tensor {
  // TODO: what should it be where the joint probability is 0?
  return tf.tidy(() => notYet('optimalCritic', joint));
}

/** KL(P_XZ ‖ P_X P_Z), natural logarithms, a scalar tensor or a number. */
export function klDivergence(joint: tf.Tensor): tf.Tensor {
  // TODO: 0·log 0 = 0.
  return tf.tidy(() => notYet('klDivergence', joint));
}

/** Stands where your code will stand; delete it when the last function is written. */
function notYet(name: string, ...inputs: tf.Tensor[]): never {
  throw new Error(
    `${name} is still to be written (it was given shapes ${inputs.map((x) => `[${x.shape}]`).join(', ')}).`,
  );
}
