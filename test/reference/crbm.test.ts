import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Observation } from '../../harness/model/observation.ts';
import { NdArray } from '../../harness/model/value.ts';
import { enumerateStates } from '../../reference/tub-sheet10/crbm/enumerate.ts';
import exercise, { bruteForce, type FunctionName } from '../../reference/tub-sheet10/crbm/exercise.ts';
import {
  activations,
  enumerableInputs,
  extremeHiddenInputs,
  extremeOutputInputs,
  type Input,
  lowerActivations,
  manyUnits,
  manyUnitsOn,
  ordinaryInputs,
  outputs,
} from '../../reference/tub-sheet10/crbm/inputs.ts';
import { distance, numbersOf, referenceOutcomes } from './reference-outcomes.ts';

const SEEDS = [7, 31];
const FUNCTIONS: FunctionName[] = ['hiddenGivenVisible', 'outputGivenHidden', 'freeEnergy'];
const TIGHT = 1e-13;

describe('visiting all states', () => {
  test('of independent units gives products of their factors', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1000, max: 1000, noNaN: true }), { minLength: 1, maxLength: 8 }),
        (scores) => {
          const { logSum, marginals } = enumerateStates(scores.length, (state) =>
            scores.reduce((sum, score, i) => sum + state[i]! * score, 0),
          );
          const each = scores.map((a) => Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a))));
          const expected = each.reduce((a, b) => a + b, 0);
          expect(distance([logSum], [expected])).toBeLessThan(TIGHT);
          expect(
            distance(
              Array.from(marginals),
              scores.map((a) => 1 / (1 + Math.exp(-a))),
            ),
          ).toBeLessThan(1e-12);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('of units that are tied to each other: not only products', () => {
    // Only 00 and 11 count, the latter three times as much.
    const { logSum, marginals } = enumerateStates(2, ([a, b]) =>
      a === b ? (a === 1 ? Math.log(3) : 0) : Number.NEGATIVE_INFINITY,
    );
    expect(logSum).toBeCloseTo(Math.log(4), 14);
    expect(Array.from(marginals)).toEqual([0.75, 0.75].map((p) => expect.closeTo(p, 14)));
  });

  test('all scores 0: every state counts alike', () => {
    const { logSum, marginals } = enumerateStates(12, () => 0);
    expect(logSum).toBeCloseTo(12 * Math.LN2, 12);
    expect(Array.from(marginals)).toEqual(new Array(12).fill(0.5));
  });
});

test('the truth of a machine that was worked out by hand', () => {
  // a = 2·1 + (−1)·0.5 = 1.5 for the one hidden unit; b = 0.5·h.
  const input: Input = {
    id: 'hand',
    title: '',
    W: NdArray.of([2], [1, 1]),
    U: NdArray.of([0.5], [1, 1]),
    x: NdArray.of([1]),
    y: NdArray.of([-1]),
    h: NdArray.of([0.4]),
  };
  expect(bruteForce('hiddenGivenVisible', input).data[0]).toBeCloseTo(0.8175744761936437, 15);
  expect(bruteForce('outputGivenHidden', input).data[0]).toBeCloseTo(0.549833997312478, 15);
  expect(bruteForce('freeEnergy', input).data[0]).toBeCloseTo(-1.7014132779827524, 15);
});

describe.each(SEEDS)('inputs of seed %i', (seed) => {
  const all = [...ordinaryInputs(seed), ...enumerableInputs(seed), ...manyUnits(seed)];

  test('ordinary activations stay where the softplus of tfjs takes the logarithm', () => {
    for (const input of all) {
      for (const a of [...activations(input), ...outputs(input)]) expect(Math.abs(a)).toBeLessThan(6.0001);
    }
    expect(manyUnits(seed)[0]!.h.shape).toEqual([40]);
  });

  test('extreme activations are what their titles say, and never where the softplus of tfjs is coarse', () => {
    const hidden = extremeHiddenInputs(seed);
    const near = (actual: Iterable<number>, expected: number[]) =>
      expect(distance(Array.from(actual), expected)).toBeLessThan(1e-12);
    near(activations(hidden[0]!), [1000, -1000, 0.7, -2]);
    near(activations(hidden[3]!), [711, -745, 720, 1.5]);
    near(outputs(extremeOutputInputs(seed)[0]!), [1000, -1000, 0.5]);
    const coarse = (a: number): boolean => Math.abs(a) > 13 && Math.abs(a) < 20;
    for (const input of hidden) expect(Array.from(activations(input)).some(coarse)).toBe(false);
    const silent = { ...hidden[5]!, y: NdArray.zeros([2]) };
    expect(Math.min(...activations(silent))).toBeGreaterThan(880);
    expect(Math.max(...activations(hidden[5]!).map(Math.abs))).toBeLessThan(6.0001);
  });

  test('forty units that are on: each within bounds, their product beyond what a double holds', () => {
    const a = Array.from(activations(manyUnitsOn(seed)[0]!));
    expect(Math.max(...a)).toBeLessThan(20);
    expect(a.every((value) => Math.abs(value) < 6.0001 || value > 19)).toBe(true);
    expect(a.reduce((product, value) => product * (1 + Math.exp(value)), 1)).toBe(Number.POSITIVE_INFINITY);
  });

  test('lowered activations are lowered by v, through either matrix', () => {
    for (const input of all) {
      const v = NdArray.of(Array.from(input.h.data, (_, k) => 0.1 * (k + 1)));
      for (const through of ['W', 'U'] as const) {
        const lowered = activations(lowerActivations(input, v, through));
        expect(
          distance(
            Array.from(lowered),
            Array.from(activations(input), (a, k) => a - v.data[k]!),
          ),
        ).toBeLessThan(TIGHT);
      }
    }
  });

  test('are the same every time, and others under another seed', () => {
    expect(ordinaryInputs(seed)).toEqual(ordinaryInputs(seed));
    expect(ordinaryInputs(seed)[0]!.W.data).not.toEqual(ordinaryInputs(seed + 1)[0]!.W.data);
  });
});

describe.each(SEEDS)('the reference under seed %i', async (seed) => {
  const cases: Observation['cases'] = await referenceOutcomes('crbm', seed);

  test.each(FUNCTIONS)('%s agrees with brute force over all states, K ≤ 12', (fn) => {
    for (const [check, inputs] of [
      ['values', ordinaryInputs(seed)],
      ['enumeration', enumerableInputs(seed)],
    ] as const) {
      for (const input of inputs) {
        const truth = Array.from(bruteForce(fn, input).data);
        expect(distance(numbersOf(cases, `${check}-${fn}/${input.id}`), truth), input.id).toBeLessThan(TIGHT);
      }
    }
  });

  test('agrees with brute force at the ends of the range', () => {
    for (const fn of FUNCTIONS) {
      const inputs = fn === 'outputGivenHidden' ? extremeOutputInputs(seed) : extremeHiddenInputs(seed);
      for (const input of inputs) {
        const actual = numbersOf(cases, `extreme-${fn}/${input.id}`);
        expect(actual.every(Number.isFinite)).toBe(true);
        expect(distance(actual, Array.from(bruteForce(fn, input).data)), `${fn} ${input.id}`).toBeLessThan(1e-12);
      }
    }
  });

  test('follows the closed forms at K = 40', () => {
    const on = Array.from(activations(manyUnitsOn(seed)[0]!));
    const energy = -on.reduce((sum, value) => sum + Math.log(1 + Math.exp(value)), 0);
    expect(distance(numbersOf(cases, 'many-freeEnergy/many'), [energy])).toBeLessThan(TIGHT);
    const a = Array.from(activations(manyUnits(seed)[0]!));
    const hidden = numbersOf(cases, 'many-hiddenGivenVisible/many');
    expect(
      distance(
        hidden,
        a.map((value) => 1 / (1 + Math.exp(-value))),
      ),
    ).toBeLessThan(TIGHT);
  });
});

test('every check has a case, and ids are unique', () => {
  const checks = exercise.checks(7);
  expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
  for (const { cases } of checks) expect(cases.length).toBeGreaterThan(0);
});
