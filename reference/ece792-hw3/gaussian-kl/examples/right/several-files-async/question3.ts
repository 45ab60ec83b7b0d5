/**
 * @about Several files: LU factors in a class of their own, an async function that reads everything in one go.
 */
import * as tf from '@tensorflow/tfjs';
import { Factors } from './linear/lu';

export async function gaussianKL(mu0: tf.Tensor, Sigma0: tf.Tensor, mu1: tf.Tensor, Sigma1: tf.Tensor) {
  const k = mu0.size;
  const difference = tf.tidy(() => mu1.sub(mu0));
  const [d, s0, s1] = await Promise.all([difference.data(), Sigma0.data(), Sigma1.data()]);
  difference.dispose();

  const first = new Factors(s0, k);
  const second = new Factors(s1, k);
  const mahalanobis = second.solve(d).reduce((sum, x, i) => sum + x * d[i], 0);
  const trace = Array.from({ length: k }, (_, j) => {
    const column = Array.from({ length: k }, (_, i) => s0[i * k + j]);
    return second.solve(column)[j];
  }).reduce((sum, x) => sum + x);
  return (trace - k + mahalanobis + second.logDeterminant - first.logDeterminant) / 2;
}
