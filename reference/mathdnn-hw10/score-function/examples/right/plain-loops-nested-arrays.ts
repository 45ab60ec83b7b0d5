/**
 * @about Plain loops sample by sample; nested arrays as results.
 */
import type { Tensor } from '@tensorflow/tfjs';

export function scoreFunctionGradient(mu: Tensor, logSigma: Tensor, z: Tensor, logH: Tensor) {
  const m = mu.arraySync() as number[];
  const l = logSigma.arraySync() as number[];
  const samples = z.arraySync() as number[][];
  const targets = logH.arraySync() as number[];
  const byMu = m.map(() => 0);
  const byLogSigma = m.map(() => 0);
  samples.forEach((sample, i) => {
    let logQ = 0;
    for (let j = 0; j < m.length; j++) {
      const e = (sample[j] - m[j]) / Math.exp(l[j]);
      logQ -= 0.5 * e * e + l[j] + 0.9189385332046727;
    }
    const weight = (targets[i] - logQ) / samples.length;
    for (let j = 0; j < m.length; j++) {
      const sigma = Math.exp(l[j]);
      const e = (sample[j] - m[j]) / sigma;
      byMu[j] += (e / sigma) * weight;
      byLogSigma[j] += (e * e - 1) * weight;
    }
  });
  return { mu: byMu, logSigma: byLogSigma };
}
