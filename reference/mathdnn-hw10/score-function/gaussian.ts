import { NdArray } from '../../../harness/model/value.ts';

/** A diagonal Gaussian and samples: mu, logSigma [k], z [n,k]. */
export interface Samples {
  mu: NdArray;
  logSigma: NdArray;
  z: NdArray;
}

/** Row i of z in units of q: (zᵢ − μ)/σ, [k]. */
export function standardised({ mu, logSigma, z }: Samples, i: number): number[] {
  const k = mu.data.length;
  return Array.from(mu.data, (m, j) => (z.data[i * k + j]! - m) / Math.exp(logSigma.data[j]!));
}

/** log q(zᵢ) of every row, [n]. */
export function logDensity(samples: Samples): NdArray {
  const { mu, logSigma, z } = samples;
  const constant = Array.from(logSigma.data).reduce((sum, value) => sum + value + 0.5 * Math.log(2 * Math.PI), 0);
  return NdArray.of(
    Array.from({ length: z.data.length / mu.data.length }, (_, i) =>
      standardised(samples, i).reduce((sum, e) => sum - 0.5 * e * e, -constant),
    ),
  );
}

export const PARTS = ['mu', 'logSigma'] as const;
export type Part = (typeof PARTS)[number];

/** The size of the terms whose mean an entry of the estimate is: (1/n) Σ |∇ log q| (|logH| + |log q|), the greatest of a part. */
export function termSize(samples: Samples & { logH: NdArray }, part: Part): number {
  const { mu, logSigma, logH } = samples;
  const logQ = logDensity(samples);
  const n = logH.data.length;
  const sums = new Float64Array(mu.data.length);
  for (let i = 0; i < n; i++) {
    const weight = Math.abs(logH.data[i]!) + Math.abs(logQ.data[i]!);
    for (const [j, e] of standardised(samples, i).entries()) {
      sums[j]! += (weight * (part === 'mu' ? Math.abs(e) / Math.exp(logSigma.data[j]!) : e * e + 1)) / n;
    }
  }
  return Math.max(...sums);
}

/** log h(z) = −½ (z − m)ᵀ Λ (z − m) + c: a Gaussian that is not normalised. m [k], precision Λ [k,k] symmetric. */
export interface Target {
  m: NdArray;
  precision: NdArray;
  constant: number;
}

/** log h of every row of z [n,k], [n]. */
export function logTarget({ m, precision, constant }: Target, z: NdArray): NdArray {
  const k = m.data.length;
  return NdArray.of(
    Array.from({ length: z.data.length / k }, (_, i) => {
      let sum = 0;
      for (let a = 0; a < k; a++) {
        for (let b = 0; b < k; b++) {
          const [u, v] = [z.data[i * k + a]! - m.data[a]!, z.data[i * k + b]! - m.data[b]!];
          sum += u * precision.data[a * k + b]! * v;
        }
      }
      return constant - sum / 2;
    }),
  );
}

/**
 * ∇ E_q[log h − log q] in closed form: E_q[log h] = c − ½ (μ − m)ᵀ Λ (μ − m) − ½ Σ σⱼ² Λⱼⱼ, and −E_q[log q] grows by 1 with every
 * log σⱼ. Hence −Λ(μ − m) for μ and 1 − σⱼ² Λⱼⱼ for log σⱼ.
 */
export function expectedGradient(
  { m, precision }: Target,
  { mu, logSigma }: Omit<Samples, 'z'>,
): Record<Part, number[]> {
  const k = mu.data.length;
  return {
    mu: Array.from({ length: k }, (_, a) => {
      let sum = 0;
      for (let b = 0; b < k; b++) sum -= precision.data[a * k + b]! * (mu.data[b]! - m.data[b]!);
      return sum;
    }),
    logSigma: Array.from(logSigma.data, (value, j) => 1 - Math.exp(2 * value) * precision.data[j * k + j]!),
  };
}
