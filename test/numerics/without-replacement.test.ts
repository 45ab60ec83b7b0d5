import { describe, expect, test } from 'vitest';
import { Random } from '../../harness/numerics/random.ts';
import { kolmogorovSmirnov } from '../../harness/numerics/statistics.ts';
import {
  binomial,
  equalCountsTest,
  hypergeometric,
  inclusionTest,
  overlapTest,
  pooledTest,
  rankCorrelationTest,
} from '../../harness/numerics/without-replacement.ts';

/** All ordered samples of `size` of `rows` rows. */
function arrangements(rows: number, size: number): number[][] {
  if (size === 0) return [[]];
  return arrangements(rows, size - 1).flatMap((head) =>
    Array.from({ length: rows }, (_, row) => row)
      .filter((row) => !head.includes(row))
      .map((row) => [...head, row]),
  );
}

const counts = (rows: number, sample: number[]): number[] =>
  Array.from({ length: rows }, (_, row) => (sample.includes(row) ? 1 : 0));

const table = (rows: number, first: number[], second: number[]): number[][] => {
  const result = Array.from({ length: rows }, () => new Array<number>(rows).fill(0));
  for (const [k, row] of first.entries()) result[row]![second[k]!]! += 1;
  return result;
};

const average = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

test('binomial coefficients', () => {
  expect([binomial(6, 3), binomial(5, 0), binomial(5, 5), binomial(4, 5), binomial(4, -1)]).toEqual([20, 1, 1, 0, 0]);
  expect(binomial(50, 25)).toBe(126410606437752);
});

test('the hypergeometric law is that of counting', () => {
  const all = arrangements(6, 3);
  const share = (k: number): number => all.filter((sample) => sample.filter((row) => row < 4).length === k).length;
  expect(hypergeometric(6, 4, 3)).toEqual([0, 1, 2, 3].map((k) => expect.closeTo(share(k) / all.length, 14)));
  expect(hypergeometric(6, 3, 3)).toEqual([1, 9, 9, 1].map((n) => expect.closeTo(n / 20, 14)));
  expect(hypergeometric(3, 3, 3)).toEqual([0, 0, 0, 1]);
  // The mean of a large one is drawn · marked/total.
  const law = hypergeometric(150, 60, 60);
  expect(law.reduce((sum, p, k) => sum + k * p, 0)).toBeCloseTo(24, 10);
});

describe('over all samples of one call, a statistic has the mean that its law states', () => {
  test.each([
    [5, 2],
    [4, 1],
    [5, 4],
  ])('rows, %i choose %i', (rows, size) => {
    const statistics = arrangements(rows, size).map((sample) => inclusionTest(counts(rows, sample), 1, size).statistic);
    expect(average(statistics)).toBeCloseTo(rows - 1, 10);
  });

  test.each([
    [4, 2],
    [4, 1],
    [4, 4],
  ])('correlation of pairs, %i choose %i', (rows, size) => {
    const samples = arrangements(rows, size);
    const z = samples.flatMap((first) =>
      samples.map((second) => rankCorrelationTest(table(rows, first, second), 1, size).statistic),
    );
    expect(average(z)).toBeCloseTo(0, 10);
    expect(average(z.map((value) => value ** 2))).toBeCloseTo(1, 10);
  });
});

test('a slight correlation is let pass, a greater one counts from there on', () => {
  const order = [0, 1, 2, 3];
  const same = Array.from({ length: 10 }, () => order);
  const sum = same
    .map((rows) => table(4, rows, rows))
    .reduce((a, b) => a.map((row, i) => row.map((v, j) => v + b[i]![j]!)));
  const z = (slight: number): number => rankCorrelationTest(sum, 10, 4, slight).statistic;
  expect(z(0.5)).toBeCloseTo(z(0) / 2, 10);
  expect(z(1)).toBeCloseTo(0, 10);
  expect(
    rankCorrelationTest(
      sum.map((row) => [...row].reverse()),
      10,
      4,
      0.5,
    ).statistic,
  ).toBeCloseTo(-z(0) / 2, 10);
});

test('cells that are expected too seldom are pooled', () => {
  // 1 + 4 | 20 | 3 + 3: the rest goes to the last cell.
  expect(pooledTest([2, 4, 18, 2, 2], [1, 4, 20, 3, 3])).toEqual({
    statistic: expect.closeTo(1 / 5 + 4 / 20 + 4 / 6, 12),
    degrees: 2,
    pValue: expect.any(Number),
  });
  expect(pooledTest([3, 1], [2, 2])).toEqual({ statistic: 0, degrees: 0, pValue: 1 });
  expect(equalCountsTest([10, 10, 10]).pValue).toBe(1);
  expect(equalCountsTest([30, 0, 0])).toMatchObject({ statistic: 60, degrees: 2 });
  expect(overlapTest([0, 0, 0, 100], 6, 3).pValue).toBeLessThan(1e-100);
});

/** p-values under the claim, over 500 sets of draws that are always the same. */
test('p-values of right draws are uniform', () => {
  const random = Random.fromSeed(5);
  const [rows, size, calls] = [8, 3, 150];
  const found: Record<string, number[]> = { rows: [], correlation: [], overlap: [] };
  for (let set = 0; set < 500; set++) {
    const sum = Array.from({ length: rows }, () => new Array<number>(rows).fill(0));
    const drawn = new Array<number>(rows).fill(0);
    const shared = new Array<number>(size + 1).fill(0);
    for (let k = 0; k < calls; k++) {
      const [a, b] = [random.permutation(rows).slice(0, size), random.permutation(rows).slice(0, size)];
      for (const [slot, row] of a.entries()) sum[row]![b[slot]!]! += 1;
      for (const row of a) drawn[row]! += 1;
      shared[a.filter((row) => b.includes(row)).length]! += 1;
    }
    found.rows!.push(inclusionTest(drawn, calls, size).pValue);
    found.correlation!.push(rankCorrelationTest(sum, calls, size).pValue);
    found.overlap!.push(overlapTest(shared, rows, size).pValue);
  }
  for (const [name, values] of Object.entries(found))
    expect(kolmogorovSmirnov(values, (p) => p).pValue, name).toBeGreaterThan(0.01);
});
