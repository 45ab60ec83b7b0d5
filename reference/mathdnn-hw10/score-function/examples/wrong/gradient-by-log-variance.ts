/**
 * @mistake The gradient is that with respect to log σ², half of that with respect to log σ.
 * @hint ∂/∂ log σ = 2 ∂/∂ log σ².
 * @expect values-logSigma wrong-answer
 * @expect extreme-logSigma wrong-answer
 * @expect unbiased wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function scoreFunctionGradient(mu: tf.Tensor, logSigma: tf.Tensor, z: tf.Tensor, logH: tf.Tensor) {
  const [n, k] = z.shape as [number, number];
  const [m, l, h] = [mu.arraySync(), logSigma.arraySync(), logH.arraySync()] as number[][];
  const rows = z.arraySync() as number[][];
  const byMu = new Array<number>(k).fill(0);
  const byLogSigma = new Array<number>(k).fill(0);
  for (let i = 0; i < n; i++) {
    let logQ = 0;
    for (let j = 0; j < k; j++) {
      const e = (rows[i][j] - m[j]) / Math.exp(l[j]);
      logQ += -0.5 * e * e - l[j] - 0.5 * Math.log(2 * Math.PI);
    }
    const weight = h[i] - logQ;
    for (let j = 0; j < k; j++) {
      const sigma = Math.exp(l[j]);
      const e = (rows[i][j] - m[j]) / sigma;
      byMu[j] += (weight * (e / sigma)) / n;
      byLogSigma[j] += (0.5 * weight * (e * e - 1)) / n;
    }
  }
  return { mu: tf.tensor1d(byMu), logSigma: tf.tensor1d(byLogSigma) };
}
