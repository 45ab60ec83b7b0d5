import type { CaseResult } from '../../../harness/checks/case-result.ts';
import { meanSquare } from '../../../harness/numerics/statistics.ts';
import { type Law, lawAfter, type Modes } from './chain.ts';
import { groupSumsTest, halfOf, squaresTest } from './laws.ts';

type Mistake = NonNullable<CaseResult['mistake']>;

export interface Steps {
  modes: Modes;
  steps: number;
  /** What was drawn, as numbers that are standard normal if it followed this law, [calls, n, d]. */
  noise(law: Law): Float64Array;
}

/** Below this p-value a law does not explain the draws; the right explanation is rejected once in a few hundred times. */
const FITS = 1e-3;

/** The mistake that several steps show by their law. */
export function explainSteps(
  { modes, steps, noise }: Steps,
  draws: readonly { z: Float64Array }[],
): Mistake | undefined {
  const { n, d, s } = modes;
  const size = n * d;
  const [first, ...others] = draws;
  if (others.length > 0 && others.every(({ z }) => z.every((x, i) => x === first!.z[i])))
    return {
      id: 'same-noise-in-calls',
      message: 'Another rng gives the same latents: the noise is missing, or does not come from rng.',
    };
  /** The least p-value of the tests of a law; below FITS the law does not explain the draws. */
  const plausibility = (law: Law): number => {
    const values = noise(law);
    const tests = [
      groupSumsTest(values, (i) => i % size, size),
      squaresTest(halfOf(values, d, true)),
      squaresTest(halfOf(values, d, false)),
    ];
    return Math.min(...tests.map(({ pValue }) => pValue));
  };
  const best = <T>(candidates: { law: Law; what: T }[]): T | undefined => {
    const fitting = candidates.map(({ law, what }) => ({ what, p: plausibility(law) })).filter(({ p }) => p > FITS);
    return fitting.sort((a, b) => b.p - a.p)[0]?.what;
  };
  const counts = [1, steps - 1, steps + 1, 2 * steps, 5, 10, 20, 30, 50, 100].filter((count) => count !== steps);
  const found = best(counts.map((count) => ({ law: lawAfter(count, s), what: count })));
  // After so many steps one more or less makes no difference, so that only short chains tell.
  if (found !== undefined && !(plausibility(lawAfter(steps, s)) > FITS)) return otherCount(found, steps);
  if (sharedNoise(noise(lawAfter(steps, s)), size, d))
    return { id: 'shared-noise', message: 'All pictures get the same noise: each has a chain, and noise, of its own.' };
  return best(OTHER_LAWS.map(({ law, mistake }) => ({ law: law(steps, s), what: mistake })));
}

/** Whether chains of different pictures move alike in every call: by what is left when each chain's mean over the calls is taken off. */
function sharedNoise(values: Float64Array, size: number, d: number): boolean {
  const calls = values.length / size;
  const means = new Float64Array(size);
  for (let i = 0; i < values.length; i++) means[i % size]! += values[i]! / calls;
  const centred = values.map((x, i) => x - means[i % size]!);
  const sums = groupSumsTest(centred, (i) => Math.floor(i / size) * d + (i % d), calls * d);
  return sums.statistic > 0.7 * centred.length * meanSquare(centred);
}

function otherCount(found: number, steps: number): Mistake {
  const made = found === 1 ? 'one step' : `${found} steps`;
  return {
    id: found < steps ? 'steps-fewer' : 'steps-more',
    message: `The latents are distributed as after ${made}, and options.steps is ${steps}.`,
  };
}

/** Laws of chains with one mistake, in the notation of chain.ts. */
const OTHER_LAWS: { law: (steps: number, s: number) => Law; mistake: Mistake }[] = [
  {
    law: (steps, s) => (lambda, start, pull) => {
      const a = 1 - (s ** 2 * lambda) / 2;
      // The same noise in every step: s·noise·Σ aʲ.
      return { ...lawAfter(steps, s)(lambda, start, pull), deviation: (s * (1 - a ** steps)) / (1 - a) };
    },
    mistake: { id: 'noise-once', message: 'The same noise is used in every step: each step needs fresh noise.' },
  },
  {
    law: (steps, s) => (lambda, start, pull) => ({
      mean: start + steps * (s ** 2 / 2) * (pull - lambda * start),
      deviation: s * Math.sqrt(steps),
    }),
    mistake: {
      id: 'slope-of-start',
      message: 'The gradient is taken at z0 once: every step needs that at the present z.',
    },
  },
  {
    law: (steps, s) => (lambda, _, pull) => lawAfter(steps, s)(lambda, 0, pull),
    mistake: { id: 'start-from-zero', message: 'The chains start at 0 and not at z0.' },
  },
  {
    law: (steps, s) => (lambda, _, pull) => {
      const { mean, deviation } = lawAfter(steps, s)(lambda, 0, pull);
      return { mean, deviation: Math.hypot(deviation, (1 - (s ** 2 * lambda) / 2) ** steps) };
    },
    mistake: { id: 'start-from-noise', message: 'The chains start at fresh noise and not at z0.' },
  },
  {
    law: (steps, s) => (lambda, start, pull) => {
      const a = 1 - (s ** 2 * lambda) / 2;
      const { mean } = lawAfter(steps, s)(lambda, start, pull);
      return { mean, deviation: Math.abs(a) * lawAfter(steps - 1, s)(lambda, start, pull).deviation };
    },
    mistake: { id: 'last-step-without-noise', message: 'The last step is made without noise.' },
  },
  {
    law: (steps, s) => (lambda, start, pull) => ({
      mean: lawAfter(steps, s)(lambda, start, pull).mean,
      deviation: 1 / Math.sqrt(lambda),
    }),
    mistake: {
      id: 'posterior-itself',
      message:
        "The latents have the posterior's covariance M⁻¹ in place of the chain's: steps are rejected, or made smaller, where options.stepSize asks for plain Langevin steps.",
    },
  },
];
