import type { NdArray } from '../../../harness/model/value.ts';
import { columnMeans } from '../../../harness/numerics/linalg.ts';
import type { Codes } from './codes.ts';

/** The two terms of the negative ELBO, means over the pictures. */
export interface Terms {
  /** ‖x − x̂‖²/2 */
  misfit: number;
  /** KL(N(mu, e^logVar) ‖ N(0, I)) */
  divergence: number;
}

/** By the harness's own formula, from what encode and decode gave: x, xHat [n, 32, 32, 3]. */
export function elboTerms(x: NdArray, xHat: NdArray, { mu, logVar }: Codes): Terms {
  const n = x.shape[0]!;
  let [misfit, divergence] = [0, 0];
  for (let i = 0; i < x.data.length; i++) misfit += (x.data[i]! - xHat.data[i]!) ** 2 / 2;
  for (let i = 0; i < mu.data.length; i++) {
    divergence += (mu.data[i]! ** 2 + Math.exp(logVar.data[i]!) - 1 - logVar.data[i]!) / 2;
  }
  return { misfit: misfit / n, divergence: divergence / n };
}

/** What a decoder has that always shows the mean of the training pictures: the least without a code. */
export function misfitOfMean(training: NdArray, held: NdArray): number {
  const mean = columnMeans(training);
  let sum = 0;
  for (let i = 0; i < held.data.length; i++) sum += (held.data[i]! - mean[i % mean.length]!) ** 2 / 2;
  return sum / held.shape[0]!;
}
