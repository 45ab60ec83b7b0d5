import { type Problem, propertyCheck } from '../../../harness/checks/property.ts';
import { sameValue } from '../../../harness/checks/same-value.ts';
import { RngArg } from '../../../harness/model/call.ts';
import type { Check } from '../../../harness/model/exercise.ts';
import type { Success } from '../../../harness/model/observation.ts';
import { isRecord } from '../../../harness/model/value.ts';
import { derive } from '../../../harness/numerics/random.ts';
import { readEstimate } from './estimate-checks.ts';
import { estimateCall, type Setting } from './games.ts';

const FUNCTION = 'estimateWinProbability';
const TINY = 1e-9;

/** A thousand plays won or lost with probability ½ have one of 2^−1000; some 2^−1075 is 0. */
const LONG: Setting = { trials: 60, p: 0.5, q: 0.5, maxPlays: 2000, start: 35, target: 70 };
const IS_NAN = /^mean is NaN/;

const said = (id: string, message: string, hint?: string): Problem => ({
  statement: message,
  mistake: { id, message, ...(hint === undefined ? {} : { hint }) },
});

/** Games that are over before the first play, and random numbers that are exactly 0. */
export function edgesCheck(seed: number): Check {
  const random = derive(seed, 'gambler/edges');
  const setting: Setting = { trials: 200, p: 0.4, q: 0.6, maxPlays: 9, start: 3, target: 6 };
  const ended = (id: string, title: string, change: Partial<Setting>, expected: number) => ({
    id,
    title,
    calls: [{ id: 'value', call: estimateCall({ ...setting, ...change }, new RngArg(random.bits())) }],
    deviations: ({ value }: Record<string, Success>) => {
      const found = readEstimate(value!.value);
      if (typeof found === 'string') return found;
      if (id === 'at-target' && Number.isNaN(found.standardError))
        return said(
          'error-of-equal-estimates',
          'The standard error is NaN where all paths have the same estimate.',
          'The mean of the squares less the square of the mean may come out a little below 0: add up (estimate − mean)², or take 0 where the difference is negative.',
        );
      const identity = (name: string, wanted: number) => `${name} = ${wanted}`;
      return [
        { identity: identity('mean', expected), error: Math.abs(found.mean - expected), bound: TINY },
        { identity: identity('standardError', 0), error: Math.abs(found.standardError), bound: TINY },
      ];
    },
  });
  return propertyCheck({
    id: 'edges',
    title:
      'Games that are over before the first play, cannot be won in time, or take long; an rng that is 0 now and then',
    function: FUNCTION,
    praise: 'Games without a play, without a chance, long ones, and random numbers that are 0 are dealt with.',
    cases: [
      ended('at-target', 'a game that starts at its target: won before the first play', { start: 6 }, 1),
      ended('at-zero', 'a game that starts at 0: lost before the first play', { start: 0 }, 0),
      {
        id: 'long',
        title: 'a game that takes more than a thousand plays',
        calls: [{ id: 'value', call: estimateCall(LONG, new RngArg(random.bits())) }],
        deviations: ({ value }) => {
          const found = readEstimate(value!.value);
          if (typeof found === 'string' && !IS_NAN.test(found)) return found;
          if (typeof found !== 'string' && Number.isFinite(found.standardError))
            return [{ identity: 'both results are numbers', error: 0, bound: 1 }];
          return said(
            'underflow',
            'In a game of more than a thousand plays the results are no numbers.',
            'The probability of a path of so many plays is below the smallest number there is, under p and under q, and 0/0 is NaN: multiply the ratios of the single plays, or add up logarithms.',
          );
        },
      },
      ended('too-far', 'a target that no path reaches within maxPlays', { maxPlays: 2 }, 0),
      {
        id: 'zeros',
        title: 'an rng that is exactly 0 at every third time',
        calls: [{ id: 'value', call: estimateCall(setting, new RngArg(random.bits(), 3)) }],
        deviations: ({ value }) => {
          const found = readEstimate(value!.value);
          if (typeof found === 'string') return found;
          if (!(found.mean >= 0)) return `mean is ${found.mean}.`;
          if (!(found.standardError >= 0) || !Number.isFinite(found.standardError))
            return `standardError is ${found.standardError}.`;
          return [{ identity: 'both results are numbers', error: 0, bound: 1 }];
        },
      },
    ],
  });
}

/** `repeatable`: random numbers come from rng and from nowhere else, and nothing is kept. */
export function repeatableCheck(seed: number): Check {
  const random = derive(seed, 'gambler/repeatable');
  const setting: Setting = { trials: 200, p: 0.42, q: 0.55, maxPlays: 40, start: 6, target: 12 };
  const rng = new RngArg(random.bits());
  const between: Setting = { trials: 7, p: 0.6, q: 0.5, maxPlays: 5, start: 2, target: 3 };
  const check = propertyCheck({
    id: 'repeatable',
    title: 'Same seed, same estimate; options stay as they are',
    function: FUNCTION,
    praise: 'The same seed gives the same estimate, and nothing is kept between calls.',
    cases: [
      {
        id: 'twice',
        title: 'the same seed twice',
        calls: [
          { id: 'first', call: { ...estimateCall(setting, rng), echo: true } },
          { id: 'between', call: estimateCall(between, new RngArg(random.bits())) },
          { id: 'second', call: estimateCall(setting, rng) },
          // Estimates that are a count of wins coincide now and then; three of them hardly ever.
          ...['a', 'b', 'c'].map((id) => ({ id, call: estimateCall(setting, new RngArg(random.bits())) })),
        ],
        deviations: ({ first, second, ...others }) => {
          for (const outcome of [first!, second!]) {
            const found = readEstimate(outcome.value);
            if (typeof found === 'string') return found;
          }
          const after = first!.args?.[0];
          if (!isRecord(after) || Object.entries(setting).some(([key, value]) => after[key] !== value))
            return said('options-changed', 'The record options was changed; it belongs to the caller.');
          if (!sameValue(first!.value, second!.value, 1e-9))
            return said(
              'not-repeatable',
              'Two calls with the same seed give different estimates.',
              'Random numbers may come from rng alone, and nothing may be kept from one call to the next.',
            );
          if (['a', 'b', 'c'].every((id) => sameValue(first!.value, others[id]!.value, 1e-9)))
            return said(
              'rng-ignored',
              'Four seeds give the same estimate: rng is not used, or the answer is not a sample.',
            );
          return [{ identity: 'the same seed gives the same estimate', error: 0, bound: 1 }];
        },
      },
    ],
  });
  return { ...check, telling: [] };
}
