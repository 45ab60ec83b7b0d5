import type { CaseResult } from '../../../harness/checks/case-result.ts';
import { type Hypothesis, type StatisticalCase, statisticalCheck } from '../../../harness/checks/statistical.ts';
import { asArrayOf } from '../../../harness/checks/values.ts';
import { RngArg } from '../../../harness/model/call.ts';
import type { Check } from '../../../harness/model/exercise.ts';
import type { Value } from '../../../harness/model/value.ts';
import {
  type ChainSize,
  drawChain,
  type Law,
  type LinearChain,
  lawAfter,
  likelihoodDrift,
  type Modes,
  modesOf,
  standardised,
  standardisedSums,
} from './chain.ts';
import { explainStep, type StepTruth } from './explain-step.ts';
import { explainSteps } from './explain-steps.ts';
import { inferCall } from './inputs.ts';
import {
  alongTest,
  groupSumsTest,
  halfOf,
  meansTest,
  neighboursTest,
  shapeTest,
  squaresTest,
  tailsTest,
} from './laws.ts';

type Mistake = NonNullable<CaseResult['mistake']>;

/** What one call of inferLatents gave: z [n, d]. */
export interface Draw {
  z: Float64Array;
}

/** A claim with the sentence that names what was done, where the draws show it. */
function claim(
  id: string,
  text: string,
  test: Hypothesis<Draw>['test'],
  explain: (draws: readonly Draw[]) => Mistake | undefined,
): Hypothesis<Draw> {
  return {
    ...{ id, claim: text, test },
    explain: (draws) => {
      const mistake = explain(draws);
      return mistake === undefined ? {} : { statement: mistake.message, mistake };
    },
  };
}

function reader(n: number, d: number): (value: Value) => Draw | string {
  return (value) => {
    const array = asArrayOf(value, [n, d]);
    if (array === undefined) return `the result should be a tensor of shape [${n}, ${d}].`;
    const odd = array.data.findIndex((x) => !Number.isFinite(x));
    if (odd >= 0) return `it gives ${array.data[odd]} at [${Math.floor(odd / d)}, ${odd % d}].`;
    return { z: array.data as Float64Array };
  };
}

/** s, σ, n and the number of pixels are such that no two of the usual mistakes change the step by the same factor. */
export const ONE_STEP: ChainSize = {
  n: 12,
  d: 1000,
  picture: [2, 4, 3],
  sigma: 0.65,
  stepSize: 0.8,
  gain: 2,
  spread: 5,
};

/** One step of many latents: 12,000 numbers that are the noise itself, and a drift that stands far above it. */
function oneStep(seed: number): StatisticalCase<Draw> {
  const chain = drawChain(seed, 'one-step', ONE_STEP);
  const { n, d } = ONE_STEP;
  const truth = stepTruth(chain);
  const noise = (draws: readonly Draw[]): Float64Array => noiseOf(truth, draws[0]!.z);
  const explain = (draws: readonly Draw[]): Mistake | undefined => explainStep(truth, draws[0]!.z);
  return {
    id: 'one',
    title: `one step of ${d} latents for each of ${n} pictures`,
    calls: (random) => [inferCall(chain, 1, new RngArg(random.bits()))],
    read: reader(n, d),
    hypotheses: [
      claim(
        'likelihood',
        'the drift (s²/2) Wᵀ(I − g(z))/σ² has its size and sign',
        (draws) => alongTest(noise(draws), truth.likelihood),
        explain,
      ),
      claim(
        'prior',
        'the drift −(s²/2) z has its size and sign',
        (draws) => alongTest(noise(draws), truth.prior),
        explain,
      ),
      claim('size', "the noise's standard deviation is s", (draws) => squaresTest(noise(draws)), explain),
      claim('shape', 'the noise is normal', (draws) => shapeTest(noise(draws)), explain),
      claim('tails', 'as many numbers lie far out as normal ones do', (draws) => tailsTest(noise(draws)), explain),
      claim(
        'pictures',
        'no two pictures have the same noise',
        (draws) => groupSumsTest(noise(draws), (i) => i % d, d),
        explain,
      ),
      claim(
        'latents',
        'no two latents of a picture have the same noise',
        (draws) => groupSumsTest(noise(draws), (i) => Math.floor(i / d), n),
        explain,
      ),
      claim('neighbours', 'no number tells the next one', (draws) => neighboursTest(noise(draws)), explain),
    ],
  };
}

/** What one right step adds to z, part by part. */
export function stepTruth(chain: LinearChain): StepTruth {
  const { z, sigma, stepSize: s, images } = chain;
  const [n, ...picture] = images.shape as [number, ...number[]];
  return {
    ...{ s, sigma, n, pixels: picture.reduce((a, b) => a * b, 1) },
    start: z.data as Float64Array,
    likelihood: likelihoodDrift(chain),
    prior: Float64Array.from(z.data, (x) => (-(s ** 2) / 2) * x),
  };
}

/** (z' − z − drift)/s: standard normal where the step is right. */
function noiseOf({ start, likelihood, prior, s }: StepTruth, z: Float64Array): Float64Array {
  return z.map((x, i) => (x - start[i]! - likelihood[i]! - prior[i]!) / s);
}

/**
 * λ of M lies between 2 and about 12 here, so that s²λ/4 reaches 0.7 and the law of the chain is clearly not the posterior's; in 30
 * steps the start is forgotten but for a hundredth.
 */
export const CHAIN: ChainSize = { n: 10, d: 24, picture: [4, 6, 3], sigma: 0.6, stepSize: 0.48, gain: 0.7, spread: 3 };
const CALLS = 4;
const RUNS = [
  { id: 'few', steps: 3, title: '3 steps from given latents, linear generator' },
  { id: 'long', steps: 30, title: '30 steps, after which a linear generator has its stationary law' },
];

function severalSteps(seed: number, { id, steps, title }: (typeof RUNS)[number]): StatisticalCase<Draw> {
  const chain = drawChain(seed, id, CHAIN);
  const { n, d } = CHAIN;
  let known: Modes | undefined;
  const modes = (): Modes => (known ??= modesOf(chain));
  const size = n * d;
  const noise = (draws: readonly Draw[], law: Law = lawAfter(steps, chain.stepSize)): Float64Array => {
    const all = new Float64Array(draws.length * size);
    for (const [c, { z }] of draws.entries()) all.set(standardised(modes(), z, law), c * size);
    return all;
  };
  const explain = (draws: readonly Draw[]): Mistake | undefined =>
    explainSteps({ modes: modes(), steps, noise: (law) => noise(draws, law) }, draws);
  return {
    id,
    title: `${title} (${n} pictures, ${d} latents)`,
    calls: (random) => Array.from({ length: CALLS }, () => inferCall(chain, steps, new RngArg(random.bits()))),
    read: reader(n, d),
    hypotheses: [
      claim(
        'mean',
        'every chain has its mean, M⁻¹Wᵀ(x − b)/σ² in the long run',
        (draws) => meansTest(noise(draws), draws.length, d),
        explain,
      ),
      claim(
        'covariance-stiff',
        'the covariance is that of the chain, M⁻¹(I − s²M/4)⁻¹ in the long run, where the pictures say most of z',
        (draws) => squaresTest(halfOf(noise(draws), d, true)),
        explain,
      ),
      claim(
        'covariance-soft',
        'the covariance is that of the chain where the pictures say least of z',
        (draws) => squaresTest(halfOf(noise(draws), d, false)),
        explain,
      ),
      claim(
        'pictures',
        'the chains of different pictures are independent',
        (draws) => groupSumsTest(noise(draws), (i) => Math.floor(i / size) * d + (i % d), draws.length * d),
        explain,
      ),
      claim(
        'latents',
        'the latents of a picture get noise of their own each',
        (draws) => {
          const law = lawAfter(steps, chain.stepSize);
          return squaresTest(draws.flatMap(({ z }) => Array.from(standardisedSums(modes(), z, law))));
        },
        explain,
      ),
    ],
  };
}

/** The law of inferLatents: one step, where every part of it shows, and several, where they follow each other. */
export function lawChecks(seed: number): Check[] {
  return [
    statisticalCheck({
      id: 'law-one-step',
      title: 'One step of inferLatents: drift, and standard normal noise of its own for every number',
      function: 'inferLatents',
      seed,
      cases: [oneStep(seed)],
      praise: 'The drift is right, and the noise is standard normal and independent.',
    }),
    statisticalCheck({
      id: 'law-steps',
      title: 'Several steps: mean and covariance of the chain with a linear generator',
      function: 'inferLatents',
      seed,
      cases: RUNS.map((run) => severalSteps(seed, run)),
      praise: "After 3 and after 30 steps the chains have the mean and covariance of the chain's exact law.",
    }),
  ];
}
