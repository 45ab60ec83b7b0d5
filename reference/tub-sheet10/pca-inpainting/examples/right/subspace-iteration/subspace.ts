import * as tf from '@tensorflow/tfjs';
import { orthonormalise } from './orthonormalise.js';

/** Orthonormal rows that span the d leading principal components of the centred rows of x. */
export function leadingSubspace(x: tf.Tensor2D, d: number): number[][] {
  const n = x.shape[0];
  const gram = tf.matMul(x, x, false, true) as tf.Tensor2D;
  const everything = orthonormalise(x.arraySync());
  const rank = everything.length;
  // all components there are: any basis of the whole space will do
  if (d >= rank) return everything;

  let q = tf.tensor2d(orthonormalise(start(d, n)));
  for (let i = 0; i < 2000; i++) {
    const next = tf.tidy(() => tf.tensor2d(orthonormalise((q.matMul(gram) as tf.Tensor2D).arraySync(), 1)));
    // now and then: what of the new vectors lies outside the old space?
    const change = () =>
      tf.tidy(() => next.sub(next.matMul(q, false, true).matMul(q)).square().sum().sqrt().arraySync() as number);
    const done = i % 5 === 4 && change() < 1e-7;
    q.dispose();
    q = next;
    if (done) break;
  }
  return orthonormalise((q.matMul(x) as tf.Tensor2D).arraySync());
}

/** Reproducible pseudo-random numbers, so that the same pictures give the same result. */
function start(rows: number, columns: number): number[][] {
  let state = 12345;
  const next = () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648 - 0.5;
  };
  return Array.from({ length: rows }, () => Array.from({ length: columns }, next));
}
