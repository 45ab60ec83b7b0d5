import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { derive } from '../../harness/numerics/random.ts';
import {
  chiSquareP,
  chiSquareTest,
  gammaP,
  gammaQ,
  kolmogorovP,
  kolmogorovSmirnov,
  kolmogorovSmirnovTwoSample,
  logGamma,
  mean,
  median,
  normalCdf,
  normalQuantile,
  twoSidedP,
  variance,
  zTest,
} from '../../harness/numerics/statistics.ts';

// Always the same draws: a bound on rounding must not be missed by chance in somebody else's run.
fc.configureGlobal({ seed: 20260 });

const relative = (actual: number, expected: number): number => Math.abs(actual / expected - 1);

test('moments', () => {
  expect([mean([1, 2, 6]), variance([1, 2, 6]), median([6, 1, 2]), median([4, 1, 2, 3])]).toEqual([3, 7, 2, 2.5]);
  expect(variance([1e9 + 1, 1e9 + 2, 1e9 + 3])).toBe(1);
  expect(variance([1])).toBeNaN();
});

// Published values: Abramowitz & Stegun, tables 6.1, 26.1, 26.7; DLMF §7.
test('published values', () => {
  expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 14);
  expect(logGamma(11)).toBeCloseTo(Math.log(3628800), 12);
  expect(relative(normalCdf(1), 0.841344746068543)).toBeLessThan(1e-14);
  expect(relative(normalCdf(-2), 0.0227501319481792)).toBeLessThan(1e-13);
  expect(relative(normalCdf(-5), 2.8665157187919e-7)).toBeLessThan(1e-12);
  expect(relative(normalCdf(-10), 7.61985302416053e-24)).toBeLessThan(1e-12);
  expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 13);
  expect(normalQuantile(1e-10)).toBeCloseTo(-6.361340902404056, 11);
  expect(twoSidedP(1.959963984540054)).toBeCloseTo(0.05, 13);
  expect(chiSquareP(3.841458820694124, 1)).toBeCloseTo(0.05, 12);
  expect(chiSquareP(18.307038053275146, 10)).toBeCloseTo(0.05, 12);
  expect(chiSquareP(2, 2)).toBeCloseTo(Math.exp(-1), 14);
  // Kolmogorov's limit law: K(1.3581) = 0.95, K(0.8276) = 0.5.
  expect(kolmogorovP(1.3581 / Math.sqrt(1e8), 1e8)).toBeCloseTo(0.05, 4);
  expect(kolmogorovP(0.8276 / Math.sqrt(1e8), 1e8)).toBeCloseTo(0.5, 3);
});

test('incomplete gamma: P + Q = 1, recurrence, monotone', () => {
  const positive = fc.double({ min: 0.05, max: 60, noNaN: true });
  fc.assert(
    fc.property(positive, positive, (a, x) => {
      expect(gammaP(a, x) + gammaQ(a, x)).toBeCloseTo(1, 12);
      // DLMF 8.8.6: Q(a+1, x) = Q(a, x) + x^a e^{-x} / Γ(a+1)
      expect(gammaQ(a + 1, x)).toBeCloseTo(gammaQ(a, x) + Math.exp(a * Math.log(x) - x - logGamma(a + 1)), 11);
      expect(gammaQ(a, x + 0.1)).toBeLessThanOrEqual(gammaQ(a, x));
    }),
  );
  expect([gammaQ(2, 0), gammaQ(2, Number.POSITIVE_INFINITY), gammaP(2, Number.POSITIVE_INFINITY)]).toEqual([1, 0, 1]);
  expect(gammaQ(-1, 2)).toBeNaN();
});

test('the normal quantile inverts the distribution function', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-300, max: 1 - 1e-12, noNaN: true }), (p) => {
      const z = normalQuantile(p);
      expect(relative(p < 0.5 ? normalCdf(z) : normalCdf(-z), p < 0.5 ? p : 1 - p)).toBeLessThan(1e-9);
      if (p > 1e-6) expect(normalQuantile(1 - p) + z).toBeCloseTo(0, 6);
    }),
  );
  expect([normalQuantile(0), normalQuantile(1), normalQuantile(0.5)]).toEqual([
    Number.NEGATIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    expect.closeTo(0, 14),
  ]);
  expect(normalQuantile(2)).toBeNaN();
});

describe('tests have the false-alarm rate they state', () => {
  // Fixed seeds, so the counts never change; the bounds are four binomial standard deviations.
  const rounds = 400;
  const alarms = (pValue: (round: number) => number): number => {
    let count = 0;
    for (let round = 0; round < rounds; round++) if (pValue(round) < 0.1) count++;
    return count;
  };
  const [low, high] = [40 - 4 * 6, 40 + 4 * 6];

  test('z-test', () => {
    const count = alarms((round) => zTest(derive(round, 'z').normals([50]).data, 0).pValue);
    expect(count).toBeGreaterThan(low);
    expect(count).toBeLessThan(high);
    expect(zTest(derive(1, 'z').normals([50]).data, 1).pValue).toBeLessThan(1e-6);
    expect(zTest([2, 2, 2], 2)).toEqual({ z: 0, pValue: 1 });
    expect(zTest([2, 2, 2], 1).pValue).toBe(0);
  });

  test('Kolmogorov–Smirnov', () => {
    const one = alarms((round) => kolmogorovSmirnov(derive(round, 'ks').uniforms([30]).data, (x) => x).pValue);
    const two = alarms((round) => {
      const random = derive(round, 'ks2');
      return kolmogorovSmirnovTwoSample(random.normals([120]).data, random.normals([90]).data).pValue;
    });
    for (const count of [one, two]) {
      expect(count).toBeGreaterThan(low);
      expect(count).toBeLessThan(high);
    }
    expect(kolmogorovSmirnov(derive(1, 'ks').uniforms([200]).data, (x) => x * x).pValue).toBeLessThan(1e-3);
  });

  test('χ²', () => {
    const count = alarms((round) => {
      const random = derive(round, 'chi');
      const counts = new Array<number>(6).fill(0);
      for (let i = 0; i < 600; i++) counts[random.integer(6)]!++;
      return chiSquareTest(counts, new Array(6).fill(100)).pValue;
    });
    expect(count).toBeGreaterThan(low);
    expect(count).toBeLessThan(high);
  });
});
