import { gammaP, gammaQ, normalCdf, variance as sampleVariance } from '../../../harness/numerics/statistics.ts';
import type { TestResult } from '../../../harness/numerics/without-replacement.ts';
import type { Moments } from './game.ts';

/** What one call said. */
export interface Estimate {
  mean: number;
  /** NaN where it is none: that is judged by the criterion of the standard error. */
  standardError: number;
}

/** An estimator may have this multiple of the plain one's variance (contract). */
export const MOST_VARIANCE = 1.5;

/**
 * P(Z ≥ z) and P(Z ≤ z) for a standardised variable of this skewness, by the gamma distribution that has it (Pearson's
 * type III): sums of skewed estimates are farther from normal in the tails than where one usually looks.
 */
export function tails(z: number, skewness: number): { upper: number; lower: number } {
  if (Number.isNaN(z)) return { upper: z, lower: z };
  if (skewness < 0) {
    const { upper, lower } = tails(-z, -skewness);
    return { upper: lower, lower: upper };
  }
  if (skewness < 1e-3) return { upper: normalCdf(-z), lower: normalCdf(z) };
  const shape = 4 / skewness ** 2;
  const x = Math.max(0, shape + z * Math.sqrt(shape));
  return { upper: gammaQ(shape, x), lower: gammaP(shape, x) };
}

const average = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Whether the mean of all estimates is the truth, under the true standard error (of the widest variance that is allowed). */
export function meanTest(
  draws: readonly Estimate[],
  { mean, variance, skewness }: Moments,
  trials: number,
): TestResult {
  const count = draws.length * trials;
  const z = (average(draws.map((draw) => draw.mean)) - mean) / Math.sqrt((MOST_VARIANCE * variance) / count);
  const { upper, lower } = tails(z, skewness / Math.sqrt(count));
  return { statistic: z, pValue: Math.min(1, 2 * Math.min(upper, lower)) };
}

/** The spread of the estimates about their own mean, in units of the plain estimator's variance. NaN for a single one. */
export function spreadRatio(draws: readonly Estimate[], { variance }: Moments, trials: number): number {
  return (sampleVariance(draws.map(({ mean }) => mean)) * trials) / variance;
}

/** Whether the variance of the estimates is at most 1.5 times the plain one's; for many calls of one game. */
export function varianceTest(draws: readonly Estimate[], moments: Moments, trials: number): TestResult {
  const ratio = spreadRatio(draws, moments, trials);
  const deviation = Math.sqrt((2 + Math.max(0, moments.kurtosis - 3) / trials) / draws.length);
  const z = (ratio / MOST_VARIANCE - 1) / deviation;
  // A mean of squares: the skewness of χ² with so many degrees of freedom.
  return { statistic: z, pValue: tails(z, Math.sqrt(8 / draws.length)).upper };
}

/** Mean of the squares of the reported standard errors, in units of the plain estimator's. */
export function reportedRatio(draws: readonly Estimate[], { variance }: Moments, trials: number): number {
  return (average(draws.map(({ standardError }) => standardError ** 2)) * trials) / variance;
}

/** The relative deviation of that mean for the plain estimator: Var(s²)/σ⁴ = (κ − 3)/n + 2/(n − 1). */
function reportedDeviation(calls: number, { kurtosis }: Moments, trials: number): number {
  return Math.sqrt(((kurtosis - 3) / trials + 2 / (trials - 1)) / calls);
}

/** A reported variance within this share of the true one is honest enough. */
const BAND = 0.3;

/**
 * Whether reported standard errors are honest: the mean of their squares, with the divisor n or n − 1, is the variance of the plain
 * estimator, or that which the estimates themselves show. The first is known exactly, the second to √(2/calls) only, but also
 * for programs whose variance is another: then it is not the standard error that is wrong.
 */
export function honestyTest(draws: readonly Estimate[], moments: Moments, trials: number): TestResult {
  const ratio = reportedRatio(draws, moments, trials);
  if (draws.some(({ standardError }) => !(standardError >= 0))) return { statistic: Number.NaN, pValue: Number.NaN };
  const deviation = reportedDeviation(draws.length, moments, trials);
  const skewness = moments.squareSkewness / Math.sqrt(draws.length * trials);
  const [low, high] = [(1 - 1 / trials) * (1 - BAND), 1 + BAND];
  const z = ratio > high ? (ratio - high) / deviation : ratio < low ? (ratio - low) / deviation : 0;
  const { upper, lower } = tails(z, skewness);
  const byPlain = z === 0 ? 1 : Math.min(1, 2 * Math.min(upper, lower));
  const spread = spreadRatio(draws, moments, trials);
  const divisor = ratio < spread ? Math.min(1, ratio / (1 - 1 / trials) / spread) : ratio / spread;
  const own = Math.log(divisor) / Math.sqrt(2 / draws.length + deviation ** 2);
  const byOwn = spread > 0 && ratio > 0 ? 2 * normalCdf(-Math.abs(own)) : 0;
  return byOwn > byPlain ? { statistic: own, pValue: byOwn } : { statistic: z, pValue: byPlain };
}

/** A single standard error of many trials may be off by this factor of its square; that of a wrong formula is off by more. */
const SINGLE = 8;

/** Whether one reported standard error has the size that it should have. */
export function sizeTest(draws: readonly Estimate[], moments: Moments, trials: number): TestResult {
  const ratio = reportedRatio(draws, moments, trials);
  const deviation = reportedDeviation(draws.length, moments, trials);
  const skewness = moments.squareSkewness / Math.sqrt(draws.length * trials);
  const [above, below] = [(ratio / SINGLE - 1) / deviation, (ratio * SINGLE - 1) / deviation];
  if (above > 0) return { statistic: above, pValue: tails(above, skewness).upper };
  return {
    statistic: Math.min(0, below),
    pValue: below < 0 ? tails(below, skewness).lower : below >= 0 ? 1 : Number.NaN,
  };
}

/**
 * Whether estimates from two trials say as little as two trials can: more than a tenth of the plain variance stays whatever is
 * made of them, and none of it where trials is not looked at, or nothing is sampled.
 */
export function trialsTest(draws: readonly Estimate[], moments: Moments, trials: number): TestResult {
  const ratio = spreadRatio(draws, moments, trials);
  return { statistic: ratio, pValue: ratio > 0.1 ? 1 : 0 };
}
