import type { NdArray } from '../../../harness/model/value.ts';
import { columnMeans } from '../../../harness/numerics/linalg.ts';
import type { Codes } from './codes.ts';

/** The two terms of the negative ELBO, means over the pictures. */
export interface Terms {
  /** ‖x − x̂‖²/2 */
  misfit: number;
  /** KL(N(mu, e^logVar) ‖ N(0, I)) */
  divergence: number;
  /**
   * ½ Σ (1 − v), v = e^logVar: what it costs at the optimum, in nats, to decode codes drawn from q(z|x) in place of their means.
   * With a decoder of slopes h = ∂x̂/∂z a variance v costs ½‖h‖²v in the misfit and ½(v − log v) in the divergence, together least
   * at ‖h‖²v = 1 − v.
   */
  noise: number;
}

/** By the harness's own formula, from what encode and decode gave: x, xHat [n, 32, 32, 3]. */
export function elboTerms(x: NdArray, xHat: NdArray, { mu, logVar }: Codes): Terms {
  const n = x.shape[0]!;
  let [divergence, noise] = [0, 0];
  for (let i = 0; i < mu.data.length; i++) {
    const variance = Math.exp(logVar.data[i]!);
    divergence += (mu.data[i]! ** 2 + variance - 1 - logVar.data[i]!) / 2;
    noise += (1 - variance) / 2;
  }
  return { misfit: misfitOf(x, xHat), divergence: divergence / n, noise: Math.max(0, noise / n) };
}

/** The mean over the pictures of ‖x − x̂‖²/2. */
export function misfitOf(x: NdArray, xHat: NdArray): number {
  let sum = 0;
  for (let i = 0; i < x.data.length; i++) sum += (x.data[i]! - xHat.data[i]!) ** 2 / 2;
  return sum / x.shape[0]!;
}

/** What a decoder has that always shows the mean of the training pictures: the least without a code. */
export function misfitOfMean(training: NdArray, held: NdArray): number {
  const mean = columnMeans(training);
  let sum = 0;
  for (let i = 0; i < held.data.length; i++) sum += (held.data[i]! - mean[i % mean.length]!) ** 2 / 2;
  return sum / held.shape[0]!;
}
