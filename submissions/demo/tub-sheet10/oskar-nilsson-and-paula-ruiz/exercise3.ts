import * as tf from '@tensorflow/tfjs';
import { eigSym } from './eigen';

// PCA on standardised data (z-scores), as in the statistics lecture
export function pcaReconstruct(xn: tf.Tensor2D, xr: tf.Tensor2D, d: number) {
  return tf.tidy(() => {
    const { mean, variance } = tf.moments(xr, 0);
    const std = variance.sqrt();
    const z = xr.sub(mean).div(std) as tf.Tensor2D;
    const { values, vectors } = eigSym(z.matMul(z, false, true).arraySync() as number[][]);
    const k = Math.min(d, values.length);
    const axes = tf.tensor2d(vectors.slice(0, k)).matMul(z).div(tf.tensor1d(values.slice(0, k)).sqrt().expandDims(1));
    const zn = xn.sub(mean).div(std) as tf.Tensor2D;
    return zn.matMul(axes as tf.Tensor2D, false, true).matMul(axes as tf.Tensor2D).mul(std).add(mean);
  });
}
