/**
 * @about Orthogonal (subspace) iteration on the Gram matrix with tf.matMul and own Gram–Schmidt, in several files; no single eigenvector is ever computed.
 */
import * as tf from '@tensorflow/tfjs';
import { leadingSubspace } from './subspace';

export function pcaReconstruct(xn: tf.Tensor2D, xr: tf.Tensor2D, d: number): tf.Tensor2D {
  return tf.tidy(() => {
    const mean = xr.mean(0, true);
    const x = xr.sub(mean);
    // rows span the same space as the leading principal components
    const basis = leadingSubspace(x as tf.Tensor2D, d);
    if (basis.length === 0) return mean.tile([xn.shape[0], 1]) as tf.Tensor2D;
    const q = tf.tensor2d(basis);
    return xn.sub(mean).matMul(q, false, true).matMul(q).add(mean) as tf.Tensor2D;
  });
}
