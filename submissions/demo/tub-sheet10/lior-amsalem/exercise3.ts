import * as tf from '@tensorflow/tfjs';
import { eigSym } from './eigen';

export function pcaReconstruct(xn: tf.Tensor2D, xr: tf.Tensor2D, d: number) {
  return tf.tidy(() => {
    const mu = xr.mean(0);
    const a = xr.sub(mu) as tf.Tensor2D;
    const { values, vectors } = eigSym(tf.matMul(a, a, false, true).arraySync() as number[][]);
    const keep = values.findIndex((v, i) => i >= d || v <= 1e-10 * values[0]);
    const k = keep < 0 ? values.length : keep;
    if (k === 0) return tf.tile(mu.expandDims(0), [xn.shape[0], 1]);
    // whitened rows of U^T A
    const v = tf.matMul(tf.tensor2d(vectors.slice(0, k)), a).div(tf.sqrt(tf.tensor2d(values.slice(0, k), [k, 1])));
    return tf.matMul(tf.matMul(xn.sub(mu) as tf.Tensor2D, v as tf.Tensor2D, false, true), v as tf.Tensor2D).add(mu);
  });
}
