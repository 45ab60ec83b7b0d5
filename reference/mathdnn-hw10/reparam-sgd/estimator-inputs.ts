import type { Call } from '../../../harness/model/call.ts';
import { NdArray } from '../../../harness/model/value.ts';
import { derive, type Random } from '../../../harness/numerics/random.ts';
import type { Method, Pair } from './truth.ts';

export const MODULE = 'problem6';

export const FUNCTIONS = { score: 'scoreGradient', pathwise: 'pathwiseGradient' } as const;

/** A point and standard normal numbers y; the draws of X are x = μ + σy. */
export interface EstimatorInput {
  id: string;
  /** Reads well after "on". */
  title: string;
  at: Pair;
  noise: Float64Array;
}

/** `scoreGradient` is handed x, `pathwiseGradient` y: the same random numbers for both. */
export function estimatorCall(method: Method, { at, noise }: Pick<EstimatorInput, 'at' | 'noise'>): Call {
  const sigma = Math.exp(at.tau);
  const draws = method === 'score' ? noise.map((y) => at.mu + sigma * y) : noise;
  return { module: MODULE, fn: FUNCTIONS[method], args: [at.mu, at.tau, NdArray.of(draws)] };
}

const LAYOUTS: { id: string; title: string; mu: number; tau: number; n: number; fixed?: true }[] = [
  { id: 'start', title: '16 draws at the start, (μ, τ) = (0, 0)', mu: 0, tau: 0, n: 16, fixed: true },
  { id: 'way', title: '16 draws at a point of the descent, σ < 1', mu: 0.32, tau: -0.24, n: 16 },
  { id: 'wide', title: '16 draws with σ > 1', mu: -0.7, tau: 0.6, n: 16 },
  { id: 'narrow', title: '7 draws with σ near 0.3', mu: 0.8, tau: -1.2, n: 7 },
  { id: 'one', title: 'a single draw (n = 1)', mu: 0.5, tau: 0.4, n: 1 },
  { id: 'two', title: 'two draws', mu: -1.2, tau: -0.5, n: 2 },
  { id: 'many', title: '500 draws', mu: 1.1, tau: 0.3, n: 500 },
  { id: 'far', title: 'a mean near 40', mu: 40, tau: -1, n: 16 },
  { id: 'very-wide', title: 'σ near 7', mu: -3, tau: 2, n: 16 },
  { id: 'very-narrow', title: 'σ near 0.0025', mu: 0.3, tau: -6, n: 16 },
];

const normals = (random: Random, n: number): Float64Array => Float64Array.from({ length: n }, () => random.normal());

/** Points and draws for values that are compared number by number; σ ≠ 1 in all but one. */
export function estimatorInputs(seed: number): EstimatorInput[] {
  return LAYOUTS.map(({ id, title, mu, tau, n, fixed }) => {
    const random = derive(seed, `reparam/${id}`);
    const moved = (): number => (fixed ? 0 : 0.1 * (2 * random.uniform() - 1));
    const at = { mu: mu + moved(), tau: tau + moved() };
    return { id, title, at, noise: normals(random, n) };
  });
}

/** Another input of sixteen draws, for a call between two others. */
export function anotherInput(seed: number): EstimatorInput {
  const random = derive(seed, 'reparam/between');
  return { id: 'between', title: 'other draws', at: { mu: -0.4, tau: 0.2 }, noise: normals(random, 16) };
}

/** Points at which expectations are looked at. */
export function pointsOf(seed: number): { id: string; title: string; at: Pair }[] {
  const random = derive(seed, 'reparam/points');
  const near = (mu: number, tau: number): Pair => ({
    mu: mu + 0.1 * (2 * random.uniform() - 1),
    tau: tau + 0.1 * (2 * random.uniform() - 1),
  });
  return [
    { id: 'way', title: 'a point of the descent, σ near 0.8', at: near(0.32, -0.24) },
    { id: 'wide', title: 'a point with σ near 1.6', at: near(-0.6, 0.5) },
    { id: 'narrow', title: 'a point with σ near 0.4', at: near(0.9, -0.9) },
  ];
}

/** Batches of fresh draws. */
export function freshNoise(random: Random, n: number, batches: number): Float64Array[] {
  return Array.from({ length: batches }, () => normals(random, n));
}
