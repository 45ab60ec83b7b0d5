import * as tf from '@tensorflow/tfjs';
import { eigSym } from './eigen.ts';

// Pictures are already in [0,1], so no normalisation needed
export function pcaReconstruct(xn: tf.Tensor2D, xr: tf.Tensor2D, d: number) {
  const X = xr.arraySync();
  const gram = X.map((a) => X.map((b) => a.reduce((s, x, k) => s + x * b[k], 0)));
  const { values, vectors } = eigSym(gram);
  const k = Math.min(d, values.filter((v) => v > 1e-10 * values[0]).length);
  const V = tf
    .tensor2d(vectors.slice(0, k))
    .matMul(xr)
    .div(tf.tensor1d(values.slice(0, k)).sqrt().expandDims(1)) as tf.Tensor2D;
  return xn.matMul(V.transpose()).matMul(V);
}

export { energyLoss, trainInpainting } from './energy';
