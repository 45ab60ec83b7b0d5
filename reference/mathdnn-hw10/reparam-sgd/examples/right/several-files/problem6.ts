/**
 * @about Several files: a generator of normal numbers, the estimators, and a descent written as a generator function.
 */
import type { Tensor } from '@tensorflow/tfjs';
import { descend } from './lib/descent';
import { pathwise, score } from './lib/estimators';

const numbers = async (t: Tensor) => Array.from(await t.data());

export const scoreGradient = async (mu: number, tau: number, x: Tensor) => score({ mu, tau }, await numbers(x));

export const pathwiseGradient = async (mu: number, tau: number, y: Tensor) => pathwise({ mu, tau }, await numbers(y));

export function minimise(method: 'score' | 'pathwise', options: { iterations: number; batch: number; learningRate: number }, rng: () => number) {
  const trace = [...descend(method, options, rng)].map(({ mu, tau }) => ({ mu, sigma: Math.exp(tau) }));
  const { mu, sigma } = trace.at(-1)!;
  return { mu, sigma, trace };
}
