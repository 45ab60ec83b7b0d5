import { describe, expect, test } from 'vitest';
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
  meanSquare,
  median,
  normalCdf,
  normalQuantile,
  twoSidedP,
  variance,
  zTest,
} from '../../harness/numerics/statistics.ts';

const NaN_ = Number.NaN;
const INF = Number.POSITIVE_INFINITY;

test('moments of few numbers', () => {
  expect([meanSquare([3]), meanSquare([-1, 7]), meanSquare([])]).toEqual([9, 25, NaN_]);
  expect([mean([2]), mean([2, 4]), variance([2, 4]), variance([3, 3, 3]), median([5]), median([5, 1])]).toEqual([
    2, 3, 2, 0, 5, 3,
  ]);
  expect([variance([]), variance([7]), median([])]).toEqual([NaN_, NaN_, NaN_]);
  // The mean of these is not exact: without the correction the variance is off by its error squared.
  const shifted = [0.1, 0.2, 0.3].map((x) => x + 1e9);
  expect(variance(shifted)).toBeCloseTo(0.01, 6);
});

test('logGamma', () => {
  // DLMF 5.4 and A&S table 6.1.
  expect(logGamma(0.1)).toBeCloseTo(2.252712651734206, 12);
  expect(logGamma(1e-5)).toBeCloseTo(11.512919692896, 10);
  expect(logGamma(0.5)).toBeCloseTo(0.5723649429247001, 13);
  expect([logGamma(1), logGamma(2)]).toEqual([expect.closeTo(0, 13), expect.closeTo(0, 13)]);
  expect(logGamma(1.5)).toBeCloseTo(-0.1207822376352452, 13);
  expect(logGamma(100)).toBeCloseTo(359.1342053695754, 10);
});

describe('incomplete gamma', () => {
  test('closed forms: Q(1, x) = e^{−x}, Q(2, x) = (1 + x) e^{−x}, Q(3, x) = (1 + x + x²/2) e^{−x}', () => {
    for (const x of [1e-6, 0.1, 0.9, 1, 1.9, 2, 2.1, 2.9, 3.1, 4, 10, 50]) {
      const e = Math.exp(-x);
      for (const [a, closed] of [
        [1, e],
        [2, (1 + x) * e],
        [3, (1 + x + (x * x) / 2) * e],
      ] as const) {
        expect(gammaQ(a, x) / closed).toBeCloseTo(1, 11);
        expect(gammaP(a, x)).toBeCloseTo(1 - closed, 13);
      }
    }
    expect(gammaQ(1, 700) / Math.exp(-700)).toBeCloseTo(1, 10);
  });

  test('beyond its arguments', () => {
    expect([gammaQ(0, 1), gammaQ(-1, 1), gammaQ(1, -1), gammaQ(NaN_, 1), gammaQ(1, NaN_)]).toEqual(
      new Array(5).fill(NaN_),
    );
    expect([gammaP(0, 1), gammaP(-1, 1), gammaP(1, -1), gammaP(NaN_, 1), gammaP(1, NaN_)]).toEqual(
      new Array(5).fill(NaN_),
    );
    expect([gammaQ(2, 0), gammaP(2, 0), gammaQ(2, INF), gammaP(2, INF)]).toEqual([1, 0, 0, 1]);
    expect(gammaQ(0.5, 1e-300)).toBeCloseTo(1, 12);
  });

  test('large arguments', () => {
    // Γ(a, a)/Γ(a) tends to ½ + 1/(3√(2πa)).
    expect(gammaQ(1e4, 1e4)).toBeCloseTo(0.5 - 1 / (3 * Math.sqrt(2 * Math.PI * 1e4)), 7);
    expect(gammaP(1e4, 1e4)).toBeCloseTo(0.5 + 1 / (3 * Math.sqrt(2 * Math.PI * 1e4)), 7);
  });
});

describe('the normal distribution', () => {
  test('values', () => {
    expect([normalCdf(0), normalCdf(NaN_), normalCdf(INF), normalCdf(-INF), twoSidedP(NaN_), twoSidedP(0)]).toEqual([
      0.5,
      NaN_,
      1,
      0,
      NaN_,
      1,
    ]);
    expect(twoSidedP(-1.959963984540054)).toBeCloseTo(0.05, 13);
    expect(normalCdf(1.5)).toBeCloseTo(0.9331927987311419, 14);
  });

  test('quantiles', () => {
    expect([normalQuantile(NaN_), normalQuantile(-0.1), normalQuantile(1.1), normalQuantile(1.9)]).toEqual(
      new Array(4).fill(NaN_),
    );
    expect(normalQuantile(0.75)).toBeCloseTo(0.6744897501960817, 13);
    expect(normalQuantile(0.25)).toBeCloseTo(-0.6744897501960817, 13);
    expect(normalQuantile(1e-300)).toBeCloseTo(-37.0471, 3);
    for (const p of [0.5, 0.4, 0.1, 1e-3, 1e-8, 1e-50, 1e-200])
      expect(normalCdf(normalQuantile(p)) / p).toBeCloseTo(1, 9);
    expect(normalQuantile(5e-324)).toBeCloseTo(-38.47, 1);
  });
});

describe('z', () => {
  test('is the difference in standard errors', () => {
    expect(zTest([1, 2, 3, 4], 2)).toEqual({
      z: expect.closeTo(0.5 / Math.sqrt(5 / 3 / 4), 12),
      pValue: expect.closeTo(twoSidedP(0.5 / Math.sqrt(5 / 3 / 4)), 12),
    });
  });
});

describe('χ²', () => {
  test('counts cells that are as expected, and one degree less than cells', () => {
    const { statistic, pValue } = chiSquareTest([8, 10, 15], [10, 10, 13]);
    expect(statistic).toBeCloseTo(0.4 + 4 / 13, 13);
    expect(pValue).toBeCloseTo(chiSquareP(0.4 + 4 / 13, 2), 13);
    expect(pValue).toBeCloseTo(Math.exp(-(0.4 + 4 / 13) / 2), 12);
    expect(chiSquareTest([8, 10, 15], [10, 10, 13], 5).pValue).toBeCloseTo(chiSquareP(0.4 + 4 / 13, 5), 13);
    expect(chiSquareTest([11, 9], [10, 10]).statistic).toBeCloseTo(0.2, 14);
    expect(chiSquareTest([0, 5], [0, 5]).statistic).toBe(0);
    expect(chiSquareTest([5, 5], [5, 5])).toEqual({ statistic: 0, pValue: 1 });
    expect(chiSquareTest([1, 4], [0, 5]).statistic).toBe(INF);
  });
});

describe('Kolmogorov–Smirnov', () => {
  const uniform = (x: number): number => x;

  test('the greatest distance, on either side of a step, at either end', () => {
    const distance = (values: number[]): number => kolmogorovSmirnov(values, uniform).statistic;
    expect(distance([0.7, 0.1, 0.4])).toBeCloseTo(0.3, 14);
    expect(distance([0.5, 0.8, 0.9])).toBeCloseTo(0.5, 14);
    expect(distance([0.05, 0.1, 0.5])).toBeCloseTo(0.5666666666666667, 14);
    expect(distance([0.5])).toBeCloseTo(0.5, 14);
    expect(distance([0.9])).toBeCloseTo(0.9, 14);
    expect(distance([0.1, 0.3, 0.95, 0.99])).toBeCloseTo(0.45, 14);
    expect(kolmogorovSmirnov([0.7, 0.1, 0.4], uniform).pValue).toBe(kolmogorovP(distance([0.7, 0.1, 0.4]), 3));
  });

  test('two samples, whichever comes first, with ties', () => {
    const both = (a: number[], b: number[]): number[] => [
      kolmogorovSmirnovTwoSample(a, b).statistic,
      kolmogorovSmirnovTwoSample(b, a).statistic,
    ];
    expect(both([3, 1, 2], [2.5, 3.5, 4.5, 5.5])).toEqual([0.75, 0.75]);
    expect(both([1, 2], [3, 4])).toEqual([1, 1]);
    expect(both([1, 2, 3, 4], [1, 2, 3, 4])).toEqual([0, 0]);
    expect(both([1, 1, 1, 5], [1, 2, 3, 4])).toEqual([0.5, 0.5]);
    expect(both([1, 5, 6, 7], [2, 3, 4, 8])).toEqual([0.5, 0.5]);
    expect(kolmogorovSmirnovTwoSample([1, 2], [3, 4]).pValue).toBe(kolmogorovP(1, 1));
    expect(kolmogorovSmirnovTwoSample([1, 2, 3], [4, 5, 6, 7, 8, 9]).pValue).toBe(kolmogorovP(1, 2));
  });

  test('the limit law, by two hundred terms of its series', () => {
    for (const n of [1, 8, 100, 1e4]) {
      for (const statistic of [0.02, 0.1, 0.25, 0.3, 0.35, 0.37, 0.4, 0.5, 0.7, 1]) {
        const lambda = (Math.sqrt(n) + 0.12 + 0.11 / Math.sqrt(n)) * statistic;
        if (lambda < 0.3 || lambda > 20) continue;
        let sum = 0;
        for (let k = 1; k <= 200; k++) sum += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * k * k * lambda * lambda);
        expect(kolmogorovP(statistic, n)).toBeCloseTo(sum, 13);
        if (sum > 0) expect(kolmogorovP(statistic, n) / sum).toBeCloseTo(1, 10);
      }
    }
    const at = (lambda: number): number => kolmogorovP(lambda / (10 + 0.12 + 0.011), 100);
    expect(at(1.18 - 1e-9)).toBeCloseTo(at(1.18 + 1e-9), 8);
    expect(at(0.1)).toBeCloseTo(1, 14);
    expect([kolmogorovP(0, 10), kolmogorovP(-0.1, 10)]).toEqual([1, 1]);
  });
});
