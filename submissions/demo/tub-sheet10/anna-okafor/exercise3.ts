import * as tf from '@tensorflow/tfjs';
import { eigSym } from './eigen';

export function pcaReconstruct(xn: tf.Tensor2D, xr: tf.Tensor2D, d: number): tf.Tensor2D {
  return tf.tidy(() => {
    const mean = xr.mean(0) as tf.Tensor1D;
    const centred = xr.sub(mean) as tf.Tensor2D;
    // N pictures span at most N-1 directions, so the small Gram matrix is enough
    const { values, vectors } = eigSym(centred.matMul(centred, false, true).arraySync() as number[][]);
    const rank = values.filter((value) => value > 1e-10 * values[0]).length;
    const k = Math.min(d, rank);
    if (k === 0) return xn.mul(0).add(mean) as tf.Tensor2D;
    const u = tf.tensor2d(vectors.slice(0, k));
    const scale = tf.tensor1d(values.slice(0, k)).sqrt().expandDims(1);
    const v = u.matMul(centred).div(scale) as tf.Tensor2D; // [k, 784], orthonormal rows
    return xn.sub(mean).matMul(v, false, true).matMul(v).add(mean) as tf.Tensor2D;
  });
}

export { adversarialLoss as energyLoss } from './losses';
export { train as trainInpainting } from './training';
