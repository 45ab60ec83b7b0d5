import * as tf from '@tensorflow/tfjs';

/**
 * Fills in pictures by their projection on the leading principal components of the training pictures.
 *
 * @param xn pictures to be completed, [n, 784], one picture a row
 * @param xr training pictures, [N, 784]
 * @param d how many principal components to use; all there are where there are fewer
 * @returns the projected pictures, [n, 784]
 */
export function pcaReconstruct(xn: tf.Tensor2D, xr: tf.Tensor2D, d: number): tf.Tensor2D | Promise<tf.Tensor2D> {
  return tf.tidy(() => {
    const mean = xr.mean(0);
    // Replace this: it is the projection on no component at all.
    if (d > 0) throw new Error('pcaReconstruct is not written yet');
    return tf.zerosLike(xn).add(mean) as tf.Tensor2D;
  });
}
