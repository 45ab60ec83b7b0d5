import { describe, expect, test } from 'vitest';
import type { Observation } from '../../../harness/model/observation.ts';
import { NdArray } from '../../../harness/model/value.ts';
import { derive } from '../../../harness/numerics/random.ts';
import { zTest } from '../../../harness/numerics/statistics.ts';
import { standardNormalCubature } from '../../../reference/mathdnn-hw10/score-function/cubature.ts';
import exercise from '../../../reference/mathdnn-hw10/score-function/exercise.ts';
import {
  expectedGradient,
  logDensity,
  logTarget,
  PARTS,
  type Part,
  type Samples,
  standardised,
  termSize,
} from '../../../reference/mathdnn-hw10/score-function/gaussian.ts';
import {
  extremeInputs,
  gaussianInputs,
  type Input,
  optimalInputs,
  ordinaryInputs,
} from '../../../reference/mathdnn-hw10/score-function/inputs.ts';
import { referenceOutcomes } from '../reference-outcomes.ts';

const SEEDS = [7, 31];

/** E[ε^p] of a standard normal: 0, or (p − 1)!!. */
const moment = (p: number): number => (p % 2 === 1 ? 0 : p === 0 ? 1 : (p - 1) * moment(p - 2));

/** The samples with one entry of a parameter moved. */
function moved(samples: Samples, part: Part, j: number, by: number): Samples {
  const data = Float64Array.from(samples[part].data);
  data[j]! += by;
  return { ...samples, [part]: NdArray.of(data) };
}

/** The estimate as a derivative: of (1/n) Σ wᵢ log q_φ(zᵢ) with the weights held fixed, by Richardson's central differences. */
function byDifferences(input: Input, part: Part): number[] {
  const n = input.logH.data.length;
  const logQ = logDensity(input).data;
  const weights = Array.from(input.logH.data, (h, i) => (h - logQ[i]!) / n);
  const surrogate = (samples: Samples): number =>
    Array.from(logDensity(samples).data).reduce((sum, value, i) => sum + weights[i]! * value, 0);
  return Array.from(input[part].data, (_, j) => {
    const slope = (h: number): number =>
      (surrogate(moved(input, part, j, h)) - surrogate(moved(input, part, j, -h))) / (2 * h);
    return (4 * slope(5e-4) - slope(1e-3)) / 3;
  });
}

/** The terms whose mean is an entry of the estimate, [n]. */
function terms(input: Input, part: Part, j: number): number[] {
  const logQ = logDensity(input).data;
  return Array.from(input.logH.data, (h, i) => {
    const e = standardised(input, i)[j]!;
    const score = part === 'mu' ? e / Math.exp(input.logSigma.data[j]!) : e * e - 1;
    return score * (h - logQ[i]!);
  });
}

const average = (values: number[]): number => values.reduce((sum, value) => sum + value / values.length, 0);

function partOf(cases: Observation['cases'], id: string, part: Part): number[] {
  const outcome = cases[id]!.value!;
  if (outcome.status !== 'ok') throw new Error(`${id}: ${outcome.message}`);
  return Array.from((outcome.value as Record<Part, NdArray>)[part].data);
}

describe('the cubature', () => {
  test.each([1, 2, 3])('in %i dimensions averages every product of up to five factors exactly', (k) => {
    const { data, shape } = standardNormalCubature(derive(3, `cubature ${k}`), k);
    expect(shape).toEqual([6 ** k, k]);
    const powers = (left: number, axes: number): number[][] =>
      axes === 0
        ? [[]]
        : Array.from({ length: left + 1 }, (_, p) => powers(left - p, axes - 1).map((rest) => [p, ...rest])).flat();
    for (const exponents of powers(5, k)) {
      const products = Array.from({ length: 6 ** k }, (_, row) =>
        exponents.reduce((product, p, j) => product * data[row * k + j]! ** p, 1),
      );
      const expected = exponents.reduce((product, p) => product * moment(p), 1);
      expect(average(products), exponents.join()).toBeCloseTo(expected, 11);
    }
  });

  test('is no more exact than that: the sixth moment is 9 in place of 15', () => {
    const { data } = standardNormalCubature(derive(3, 'sixth'), 1);
    expect(average(Array.from(data, (e) => e ** 6))).toBeCloseTo(9, 11);
  });
});

test('log q integrates to 1, and is what the formula in one dimension says', () => {
  const grid = Array.from({ length: 4001 }, (_, i) => -10 + i / 200);
  const samples = { mu: NdArray.of([0.7]), logSigma: NdArray.of([-0.4]), z: NdArray.of(grid, [grid.length, 1]) };
  const mass = Array.from(logDensity(samples).data).reduce((sum, value) => sum + Math.exp(value) / 200, 0);
  expect(mass).toBeCloseTo(1, 10);
});

describe.each(SEEDS)('inputs of seed %i', (seed) => {
  const ordinary = ordinaryInputs(seed);

  test('reach the whole range: n = 1, k = 1, n = k; σ is 1 only where it is said to be', () => {
    const sizes = ordinary.map(({ z }) => z.shape.join('×'));
    for (const size of ['1×4', '6×1', '1×1', '5×5', '3×7', '200×2']) expect(sizes).toContain(size);
    for (const { id, logSigma } of ordinary) {
      const least = Math.min(...Array.from(logSigma.data, Math.abs));
      if (id === 'unit') expect(least).toBe(0);
      else expect(least, id).toBeGreaterThan(0.29);
    }
  });

  test('at the ends of the range exponentials fail and logarithms do not', () => {
    const input = (id: string): Input => extremeInputs(seed).find((one) => one.title.includes(id))!;
    expect(Math.max(...Array.from(logDensity(input('sixty')).data, Math.exp))).toBe(0);
    expect(Math.exp(input('near 10,000').logH.data[0]!)).toBe(Number.POSITIVE_INFINITY);
    expect((2 * Math.PI) ** 400).toBe(Number.POSITIVE_INFINITY);
    expect(input('800').mu.data).toHaveLength(800);
    for (const one of extremeInputs(seed)) {
      for (const part of PARTS) expect(Number.isFinite(termSize(one, part)), one.title).toBe(true);
    }
  });

  test('where h is a Gaussian, the closed form is the derivative of E_q[log h − log q]', () => {
    for (const { id, k } of [
      { id: 'line', k: 1 },
      { id: 'plane', k: 2 },
      { id: 'space', k: 3 },
    ]) {
      const input = gaussianInputs(seed).find((one) => one.id === id)!;
      const noise = standardNormalCubature(derive(seed, 'other'), k);
      const m = derive(seed, 'm').normals([k]);
      const L = derive(seed, 'L').normals([k, k]);
      const precision = NdArray.of(
        Array.from({ length: k * k }, (_, at) => L.data[at]! + L.data[(at % k) * k + Math.floor(at / k)]!),
        [k, k],
      );
      const target = { m, precision, constant: 2 };
      const objective = ({ mu, logSigma }: Omit<Samples, 'z'>): number => {
        const z = NdArray.of(
          Array.from(noise.data, (e, i) => mu.data[i % k]! + Math.exp(logSigma.data[i % k]!) * e),
          noise.shape,
        );
        const logQ = logDensity({ mu, logSigma, z }).data;
        return average(Array.from(logTarget(target, z).data, (h, i) => h - logQ[i]!));
      };
      for (const part of PARTS) {
        const expected = expectedGradient(target, input)[part];
        for (let j = 0; j < k; j++) {
          const slope = (h: number): number =>
            (objective(moved(input, part, j, h)) - objective(moved(input, part, j, -h))) / (2 * h);
          const numeric = (4 * slope(5e-4) - slope(1e-3)) / 3;
          expect(Math.abs(numeric - expected[j]!), `${id} ${part}`).toBeLessThan(1e-7);
        }
      }
    }
  });
});

describe.each(SEEDS)('the reference under seed %i', async (seed) => {
  const cases = await referenceOutcomes('score-function', seed);

  test('is the derivative of the weighted log q on every ordinary input', () => {
    for (const input of ordinaryInputs(seed)) {
      for (const part of PARTS) {
        const numeric = byDifferences(input, part);
        const scale = Math.max(1, termSize(input, part));
        for (const [j, value] of partOf(cases, `values/${input.id}`, part).entries()) {
          expect(Math.abs(value - numeric[j]!) / scale, `${input.id} ${part}`).toBeLessThan(1e-8);
        }
      }
    }
  });

  test('agrees with loops at the ends of the range', () => {
    for (const input of extremeInputs(seed)) {
      for (const part of PARTS) {
        const scale = Math.max(1, termSize(input, part));
        // Of 800 entries the first twenty.
        for (const [j, value] of partOf(cases, `extreme/${input.id}`, part).slice(0, 20).entries()) {
          expect(Math.abs(value - average(terms(input, part, j))) / scale, input.id).toBeLessThan(1e-12);
        }
      }
    }
  });

  test('is on average the gradient, and 0 where h = q', () => {
    for (const input of gaussianInputs(seed)) {
      for (const part of PARTS) {
        for (const [j, value] of partOf(cases, `unbiased/${input.id}`, part).entries()) {
          expect(Math.abs(value - input.expected[part][j]!) / Math.max(1, termSize(input, part))).toBeLessThan(1e-12);
        }
      }
    }
    for (const { id } of optimalInputs(seed)) {
      for (const part of PARTS) {
        for (const value of partOf(cases, `optimum/${id}`, part)) expect(Math.abs(value), id).toBeLessThan(1e-11);
      }
    }
  });
});

test('random draws of q, too, lead to the closed form (z-test, fixed seed)', () => {
  const input = gaussianInputs(7)[1]!;
  const k = 2;
  const target = { m: NdArray.of([0.4, -1]), precision: NdArray.of([2, 0.7, 0.7, 1.1], [k, k]), constant: 0.3 };
  const noise = derive(11, 'draws').normals([8_000, k]);
  const z = NdArray.of(
    Array.from(noise.data, (e, i) => input.mu.data[i % k]! + Math.exp(input.logSigma.data[i % k]!) * e),
    noise.shape,
  );
  const drawn = { ...input, z, logH: logTarget(target, z) };
  const expected = expectedGradient(target, drawn);
  for (const part of PARTS) {
    for (let j = 0; j < k; j++) expect(zTest(terms(drawn, part, j), expected[part][j]!).pValue).toBeGreaterThan(1e-4);
  }
});

test('the same seed gives the same inputs; ids of checks are unique, and parts share their calls', () => {
  expect(ordinaryInputs(7)).toEqual(ordinaryInputs(7));
  expect(ordinaryInputs(7)[0]).not.toEqual(ordinaryInputs(8)[0]);
  const checks = exercise.checks(7);
  expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
  const [mu, logSigma] = checks;
  expect(mu!.cases.map(({ id }) => id)).toEqual(logSigma!.cases.map(({ id }) => id));
});
