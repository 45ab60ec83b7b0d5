import { coerce } from '../../../harness/checks/coerce.ts';
import { type Deviation, type Problem, type PropertyCase, propertyCheck } from '../../../harness/checks/property.ts';
import { sameValue } from '../../../harness/checks/same-value.ts';
import type { Check, Profile } from '../../../harness/model/exercise.ts';
import type { Success } from '../../../harness/model/observation.ts';
import { isRecord, NdArray } from '../../../harness/model/value.ts';
import { derive } from '../../../harness/numerics/random.ts';
import { kolmogorovSmirnovTwoSample } from '../../../harness/numerics/statistics.ts';
import { hypergeometric } from '../../../harness/numerics/without-replacement.ts';
import {
  FAST,
  generate,
  hold,
  init,
  kept,
  latents,
  measured,
  misshapen,
  outOfRange,
  rngOf,
  SIDE,
  sample,
  unsent,
} from './calls.ts';

type Results = Record<string, Success>;

/**
 * Pictures are asked for in parts, each with random numbers of its own: all at once would be more lists than a result may have, where
 * they are nested arrays. So many are needed to tell uniform latents of standard deviation 1 from normal ones.
 */
const WHOLE = { drawn: { parts: 10, count: 120 }, compared: { parts: 20, count: 100 } };
/** Enough to tell latents of the wrong spread. */
const FEW = { drawn: { parts: 2, count: 120 }, compared: { parts: 5, count: 100 } };

type Draws = typeof WHOLE;

/**
 * A right program is refused with a probability of at most (3 · level)²: where the least of three p-values is below it on each of two sets
 * of pictures, which share nothing, the normal latents that they are compared with included.
 */
const LEVEL = 1e-5;

type Set = 'first' | 'second';

/** `samples`: pictures of latents from the prior. */
export function samplesCheck(seed: number, profile?: Profile): Check {
  return propertyCheck({
    id: 'samples',
    title: 'Samples are pictures of latents from N(0, I)',
    function: 'sampleImages',
    cases: [lawCase(seed, profile === 'quick' ? FEW : WHOLE), repeatCase(seed)],
    praise: 'Samples are distributed as pictures of latents from N(0, I), drawn from rng.',
  });
}

function lawCase(seed: number, draws: Draws): PropertyCase {
  const { drawn, compared } = draws;
  const pattern = derive(seed, 'abp-training/pattern').normals([SIDE * SIDE * 3]);
  const measure = (of: string, count: number) => measured(kept(of), kept('origin'), kept('pattern'), count);
  /** Parts of a set: made, and measured where they are. */
  const parts = (set: Set, wanted: (results: Results) => boolean): PropertyCase['calls'] => {
    const when = (results: Results, call: ReturnType<typeof hold>) => (wanted(results) ? call : undefined);
    return [
      ...indices(drawn.parts).flatMap((k) => {
        const samples = sample(kept('samples'), drawn.count, rngOf(seed, `samples-${set}-${k}`));
        return [
          // The very first is looked at as a whole: its shape is told in words.
          {
            id: `${set}-drawn-${k}`,
            call: whole(set, k) ? { ...samples, keep: 'drawn' } : unsentWhen(samples, 'drawn'),
          },
          {
            id: `${set}-samples-${k}`,
            call: (results: Results) => when(results, measure('drawn', drawn.count)),
          },
        ];
      }),
      ...indices(compared.parts).flatMap((k) => [
        {
          id: `${set}-prior-made-${k}`,
          call: unsentWhen(generate(kept('samples'), latents(seed, `prior-${set}-${k}`, compared.count)), 'prior'),
        },
        {
          id: `${set}-prior-${k}`,
          call: (results: Results) => when(results, measure('prior', compared.count)),
        },
      ]),
    ];
    function unsentWhen(call: ReturnType<typeof hold>, keep: string) {
      return (results: Results) => when(results, unsent(call, keep));
    }
  };
  return {
    id: 'law',
    title: `${drawn.parts * drawn.count} samples of a generator of 2 latents`,
    worker: FAST,
    calls: [
      { id: 'init', call: init(rngOf(seed, 'samples'), 'samples') },
      { id: 'origin', call: unsent(generate(kept('samples'), NdArray.zeros([1, 2])), 'origin') },
      { id: 'pattern', call: hold(pattern, 'pattern') },
      ...parts('first', () => true),
      ...parts('second', (results) => {
        const p = sampleTests(results, 'first', draws);
        return p !== undefined && !(p >= LEVEL);
      }),
    ],
    deviations: (results) => {
      const shape = coerce(results['first-drawn-0']!.value, [drawn.count, SIDE, SIDE, 3]);
      if (!shape.ok) return misshapen(shape.problem);
      const odd = oddValue(results);
      if (odd !== undefined) return outOfRange(odd);
      const first = sampleTests(results, 'first', draws);
      if (first === undefined) return misshapen('sampleImages and generate should give pictures of one size.');
      if (first >= LEVEL) return FROM_PRIOR;
      const second = sampleTests(results, 'second', draws);
      if (second === undefined) return misshapen('sampleImages and generate should give pictures of one size.');
      if (second >= LEVEL) return FROM_PRIOR;
      return notFromPrior(second);
    },
  };
}

const whole = (set: Set, part: number): boolean => set === 'first' && part === 0;

const indices = (count: number): number[] => Array.from({ length: count }, (_, k) => k);

const FROM_PRIOR: Deviation[] = [{ identity: 'samples look like pictures of normal latents', error: 0, bound: 0.5 }];

const notFromPrior = (p: number): Problem => ({
  statement: `the samples are not distributed as pictures of latents from N(0, I): by chance alone this comes with probability ${p.toExponential(1)}, on two independent sets of draws.`,
  mistake: {
    id: 'not-from-prior',
    message: 'The latents of samples are not drawn from the prior N(0, I).',
    hint: 'Uniform numbers are not normal, such as are cut off at a bound are not, and a standard deviation other than 1 is not either.',
  },
});

/** A value outside of [0, 1] in any of the samples. */
function oddValue(results: Results): number | undefined {
  for (const [id, { value }] of Object.entries(results)) {
    if (!/^(first|second)-samples-/.test(id) || !isRecord(value)) continue;
    const odd = [value.least, value.greatest].find((x) => !((x as number) >= 0 && (x as number) <= 1));
    if (odd !== undefined) return odd as number;
  }
  return undefined;
}

/** The least p-value of three comparisons of samples with pictures of normal latents; undefined where there is nothing to compare. */
function sampleTests(results: Results, set: Set, draws: Draws): number | undefined {
  const numbers = (of: string, parts: number, name: string): number[] | undefined => {
    const found = indices(parts).map((k) => {
      const value = results[`${set}-${of}-${k}`]?.value;
      return isRecord(value) ? (value[name] as number[]) : undefined;
    });
    return found.includes(undefined) ? undefined : (found as number[][]).flat();
  };
  const compare = (name: string, test: (drawn: number[], prior: number[]) => number): number | undefined => {
    const [drawn, prior] = [numbers('samples', draws.drawn.parts, name), numbers('prior', draws.compared.parts, name)];
    return drawn === undefined || prior === undefined ? undefined : test(drawn, prior);
  };
  const values = [
    ...['along', 'far'].map((name) => compare(name, (a, b) => kolmogorovSmirnovTwoSample(a, b).pValue)),
    compare('far', farthest),
  ];
  return values.includes(undefined) ? undefined : Math.min(...(values as number[]));
}

/** The farthest pictures are one in so many. */
const FARTHEST = 16;

/**
 * How many of the farthest pictures are samples, two-sided: Kolmogorov and Smirnov's test hardly sees that latents are cut off at a bound.
 * Pictures of a saturated generator are equal but for rounding, which may differ from one way of making them to another; so
 * distances are rounded, and chance decides between equal ones.
 */
function farthest(drawn: number[], prior: number[]): number {
  const total = drawn.length + prior.length;
  const grain = 1e-4 * Math.max(Number.MIN_VALUE, ...drawn, ...prior);
  const random = derive(total, 'abp-training/equal-distances');
  const all = [drawn, prior].flatMap((values, of) =>
    values.map((value) => ({ drawn: of === 0, value: Math.round(value / grain), order: random.uniform() })),
  );
  all.sort((a, b) => b.value - a.value || a.order - b.order);
  const count = Math.floor(total / FARTHEST);
  const found = all.slice(0, count).filter((one) => one.drawn).length;
  const law = hypergeometric(total, drawn.length, count);
  const sum = (from: number, to: number): number => law.slice(from, to).reduce((a, b) => a + b, 0);
  return Math.min(1, 2 * Math.min(sum(0, found + 1), sum(found, count + 1)));
}

function repeatCase(seed: number): PropertyCase {
  return {
    id: 'repeat',
    title: 'one sample, and two, of a generator of 3 latents',
    worker: FAST,
    calls: [
      { id: 'init', call: init(rngOf(seed, 'samples-3'), 'three', 3) },
      { id: 'one', call: sample(kept('three'), 1, rngOf(seed, 'one', 3)) },
      { id: 'first', call: sample(kept('three'), 2, rngOf(seed, 'two')) },
      { id: 'second', call: sample(kept('three'), 2, rngOf(seed, 'two')) },
    ],
    deviations: ({ one, first, second }) => {
      const single = coerce(one!.value, [1, SIDE, SIDE, 3]);
      if (!single.ok) return misshapen(single.problem);
      if (!single.array.data.every(Number.isFinite))
        return {
          statement: 'a sample has entries that are not finite where rng() is exactly 0 now and then.',
          mistake: {
            id: 'log-of-zero',
            message: 'A logarithm or a quotient of rng() is taken where rng() is exactly 0.',
          },
        };
      const two = coerce(first!.value, [2, SIDE, SIDE, 3]);
      if (!two.ok) return misshapen(two.problem);
      if (sameValue(first!.value, second!.value, 1e-5))
        return [{ identity: 'the same random numbers give the same samples', error: 0, bound: 0.5 }];
      return {
        statement: 'the same random numbers give other samples.',
        mistake: { id: 'samples-not-repeatable', message: 'The latents of samples do not come from rng.' },
      };
    },
  };
}
