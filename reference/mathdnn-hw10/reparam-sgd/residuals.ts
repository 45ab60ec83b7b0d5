import { meanSquare } from '../../../harness/numerics/statistics.ts';
import type { Run, RunOptions } from './run.ts';
import { type Method, type Moments, objectiveGradient, type Pair, termMoments } from './truth.ts';

/**
 * What a step adds to the noiseless one, in units of its standard deviation: for a right program a martingale difference with
 * mean 0 and variance 1, whatever happened before.
 *
 *   Δ = −η (∇F(μ, τ) + noise),   Var(noise) = Var(term)/batch
 */
export interface Residuals {
  mu: number[];
  tau: number[];
  /** Variance of the term of the method, at every step. */
  variance: Pair[];
  kurtosis: Pair;
}

export type Drift = (at: Pair, batch: number) => Pair;

export function residuals(
  method: Method,
  run: Run,
  { batch, learningRate }: RunOptions,
  drift: Drift = objectiveGradient,
): Residuals {
  const found: Residuals = { mu: [], tau: [], variance: [], kurtosis: { mu: 0, tau: 0 } };
  const steps = run.length - 1;
  for (let t = 0; t < steps; t++) {
    const [at, next] = [run[t]!, run[t + 1]!];
    const slope = drift(at, batch);
    const moments = momentsNear(method, at);
    for (const key of ['mu', 'tau'] as const) {
      const deviation = (at[key] - next[key]) / learningRate - slope[key];
      found[key].push(deviation / Math.sqrt(moments.variance[key] / batch));
      found.kurtosis[key] += (3 + (moments.kurtosis[key] - 3) / batch) / steps;
    }
    found.variance.push(moments.variance);
  }
  return found;
}

/** A point moves by some hundredths in a step: moments are computed on a grid of 1/64 and kept. */
const GRID = 64;
const known = new Map<string, Moments>();

export function momentsNear(method: Method, { mu, tau }: Pair): Moments {
  // Where a program has run away, the last bit of the grid is not the question.
  const clamp = (x: number): number => Math.max(-20, Math.min(20, x));
  const at = { mu: Math.round(clamp(mu) * GRID) / GRID, tau: Math.round(Math.min(clamp(tau), 3) * GRID) / GRID };
  const key = `${method} ${at.mu} ${at.tau}`;
  let moments = known.get(key);
  if (moments === undefined) {
    moments = termMoments(method, at);
    if (known.size < 20_000) known.set(key, moments);
  }
  return moments;
}

/** Σ r / √T: standard normal, nearly. */
export function drift(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.sqrt(values.length);
}

/** Correlation of each residual with the next one, times √T: standard normal, nearly. */
export function serial(values: readonly number[]): number {
  let product = 0;
  for (let t = 1; t < values.length; t++) product += values[t]! * values[t - 1]!;
  return (Math.sqrt(values.length) * product) / (values.length * meanSquare(values));
}

/**
 * The mean of squares that are cut off at 9: at σ = 1 the score estimator has tails so heavy that one draw in some thousand makes up half
 * the sum. Its variance is at most 9/T for a right program, 4/T or so for numbers that are nearly normal.
 */
export function cappedMeanSquare(values: readonly number[]): number {
  return (
    values.reduce((sum, value) => sum + (value * value < 9 ? value * value : Number.isNaN(value) ? value : 9), 0) /
    values.length
  );
}
