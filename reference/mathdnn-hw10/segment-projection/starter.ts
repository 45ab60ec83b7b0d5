import * as tf from '@tensorflow/tfjs';

/** The nearest point of the segment {(a, t) : 0 ≤ t ≤ 1} for every row of y [n,2], as [n,2]. May also be async. */
export function projectOntoSegment(y: tf.Tensor, a: number): tf.Tensor {
  // TODO: which t in [0, 1] makes (a, t) nearest to (y₁, y₂)?
  return tf.tidy(() => notYet('projectOntoSegment', a, y));
}

/** Stands where your code will stand; delete it when the function is written. */
function notYet(name: string, a: number, ...inputs: tf.Tensor[]): never {
  throw new Error(
    `${name} is still to be written (it was given a = ${a} and shapes ${inputs.map((x) => `[${x.shape}]`).join(', ')}).`,
  );
}
