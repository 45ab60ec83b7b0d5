/**
 * @mistake z is standardised in place, so the argument is changed by the call.
 * @hint dataSync may be the tensor’s own memory: copy it before you write into it.
 * @expect purity wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function scoreFunctionGradient(mu: tf.Tensor, logSigma: tf.Tensor, z: tf.Tensor, logH: tf.Tensor) {
  const [n, k] = z.shape;
  const [m, l, h, e] = [mu.dataSync(), logSigma.dataSync(), logH.dataSync(), z.dataSync()];
  for (let i = 0; i < n * k; i++) e[i] = (e[i] - m[i % k]) / Math.exp(l[i % k]);
  const [byMu, byLogSigma] = [new Float32Array(k), new Float32Array(k)];
  for (let i = 0; i < n; i++) {
    let weight = h[i];
    for (let j = 0; j < k; j++) weight += 0.5 * e[i * k + j] ** 2 + l[j] + 0.5 * Math.log(2 * Math.PI);
    for (let j = 0; j < k; j++) {
      byMu[j] += (weight * e[i * k + j]) / Math.exp(l[j]) / n;
      byLogSigma[j] += (weight * (e[i * k + j] ** 2 - 1)) / n;
    }
  }
  return { mu: tf.tensor1d(byMu), logSigma: tf.tensor1d(byLogSigma) };
}
