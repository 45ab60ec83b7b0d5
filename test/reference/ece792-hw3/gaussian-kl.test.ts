import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Observation } from '../../../harness/model/observation.ts';
import { NdArray } from '../../../harness/model/value.ts';
import { logAbsDeterminant } from '../../../harness/numerics/linalg.ts';
import exercise from '../../../reference/ece792-hw3/gaussian-kl/exercise.ts';
import {
  amplification,
  bothWays,
  conditionNumber,
  equalInputs,
  type Input,
  nearSingular,
  oneDimensional,
  ordinaryInputs,
  otherUnits,
} from '../../../reference/ece792-hw3/gaussian-kl/inputs.ts';
import { numbersOf, referenceOutcomes } from '../reference-outcomes.ts';
import { exactKl } from './exact-kl.ts';

const SEEDS = [7, 31];

const truth = ({ mu0, Sigma0, mu1, Sigma1 }: Input): number => exactKl(mu0, Sigma0, mu1, Sigma1);
const inputs: Record<string, (seed: number) => Input[]> = {
  values: ordinaryInputs,
  'one-dimension': oneDimensional,
  directions: bothWays,
  equal: equalInputs,
  'near-singular': nearSingular,
  units: otherUnits,
};
const everyInput = (seed: number): Input[] => Object.values(inputs).flatMap((draw) => draw(seed));

describe('exact arithmetic', () => {
  // No denormal numbers: the formula to compare with is in doubles.
  const finite = fc.integer({ min: -100_000, max: 100_000 }).map((n) => n / 997);
  const variance = fc.double({ min: 1e-3, max: 1e3, noNaN: true });

  test('in one dimension: log(σ₁/σ₀) + (σ₀² + (μ₀−μ₁)²)/(2σ₁²) − ½', () => {
    fc.assert(
      fc.property(finite, variance, finite, variance, (m0, v0, m1, v1) => {
        const one = (x: number): NdArray => NdArray.of([x], [1, 1]);
        const expected = 0.5 * Math.log(v1 / v0) + (v0 + (m0 - m1) ** 2) / (2 * v1) - 0.5;
        const exact = exactKl(NdArray.of([m0]), one(v0), NdArray.of([m1]), one(v1));
        expect(Math.abs(exact - expected)).toBeLessThan(1e-12 * Math.max(1, (v0 + (m0 - m1) ** 2) / v1));
      }),
    );
  });

  test('of a pair worked out by hand, with covariances that are not diagonal', () => {
    // Σ₁ = [[2,1],[1,2]]: Σ₁⁻¹ = ⅓ [[2,−1],[−1,2]], det 3. tr Σ₁⁻¹ = 4/3, quadratic form of (1,−1): 2. det Σ₀ = 1.
    const kl = exactKl(
      NdArray.of([0, 0]),
      NdArray.of([1, 0, 0, 1], [2, 2]),
      NdArray.of([1, -1]),
      NdArray.of([2, 1, 1, 2], [2, 2]),
    );
    expect(kl).toBeCloseTo(0.5 * (4 / 3 + 2 - 2 + Math.log(3)), 14);
  });
});

describe.each(SEEDS)('inputs of seed %i', (seed) => {
  test('are Gaussians: symmetric to the last bit, positive definite', () => {
    for (const { id, Sigma0, Sigma1 } of everyInput(seed)) {
      for (const { data, shape } of [Sigma0, Sigma1]) {
        const k = shape[0]!;
        for (let i = 0; i < k; i++) for (let j = 0; j < i; j++) expect(data[i * k + j]).toBe(data[j * k + i]);
      }
      expect(conditionNumber(Sigma0), id).toBeGreaterThan(0);
      expect(conditionNumber(Sigma1), id).toBeGreaterThan(0);
    }
  });

  test('have the condition numbers that their titles say', () => {
    const conditions = (id: string): [number, number] => {
      const { Sigma0, Sigma1 } = nearSingular(seed).find((input) => input.id === id)!;
      return [conditionNumber(Sigma0), conditionNumber(Sigma1)];
    };
    const near = (actual: number, expected: number): void => {
      expect(actual / expected).toBeGreaterThan(0.2);
      expect(actual / expected).toBeLessThan(5);
    };
    near(conditions('first')[0], 1e10);
    near(conditions('second')[1], 1e10);
    for (const [id, expected] of [
      ['alike-4', 1e4],
      ['alike-7', 1e7],
      ['alike-10', 1e10],
      ['twenty', 1e8],
    ] as const)
      for (const condition of conditions(id)) near(condition, expected);
    for (const input of ordinaryInputs(seed)) expect(conditionNumber(input.Sigma1)).toBeLessThan(10);
  });

  test('are not alike in both directions, and not by the dozen the same', () => {
    const [forth, back] = bothWays(seed).map(truth) as [number, number];
    expect(Math.abs(forth - back)).toBeGreaterThan(0.1 * Math.max(forth, back));
    for (const input of oneDimensional(seed)) expect(truth(input)).toBeGreaterThan(0.05);
    for (const input of equalInputs(seed)) expect(truth(input)).toBe(0);
  });

  test('in other units: the same divergence, determinants beyond what a double holds', () => {
    const [metres, nanometres, kilometres] = otherUnits(seed) as [Input, Input, Input];
    expect(truth(nanometres)).toBe(truth(metres));
    expect(truth(kilometres)).toBe(truth(metres));
    expect(logAbsDeterminant(nanometres.Sigma0)).toBeGreaterThan(Math.log(Number.MAX_VALUE));
    expect(logAbsDeterminant(nanometres.Sigma1)).toBeGreaterThan(Math.log(Number.MAX_VALUE));
  });

  test('leave room for a verdict: near singularity, too, the bound is below half a percent', () => {
    for (const input of nearSingular(seed)) expect(64 * 2 ** -53 * amplification(input).relative).toBeLessThan(5e-3);
  });
});

describe.each(SEEDS)('the reference under seed %i', async (seed) => {
  const cases: Observation['cases'] = await referenceOutcomes('gaussian-kl', seed);

  test.each(Object.entries(inputs))('%s agrees with exact arithmetic, to the rounding of the input', (check, draw) => {
    for (const input of draw(seed)) {
      const [value] = numbersOf(cases, `${check}/${input.id}`);
      // A sixteenth of what the check allows.
      const bound = 4 * 2 ** -53 * amplification(input).absolute + 1e-14;
      expect(Math.abs(value! - truth(input)), input.id).toBeLessThan(bound);
    }
  });
});

test('every check has a case, and ids are unique', () => {
  const checks = exercise.checks(7);
  expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
  for (const { cases } of checks) expect(cases.length).toBeGreaterThan(0);
});
