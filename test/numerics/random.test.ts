import { describe, expect, test } from 'vitest';
import { derive, Random } from '../../harness/numerics/random.ts';
import { chiSquareTest, kolmogorovSmirnov, normalCdf } from '../../harness/numerics/statistics.ts';

test('golden values: the streams are the same on every platform and in every version', () => {
  const random = derive(2024, 'matrix-exp/random');
  expect([random.bits(), random.bits(), random.bits()]).toEqual([3511496354, 2042581861, 643988263]);
  expect([random.uniform(), random.uniform()]).toEqual([0.18599053375209418, 0.7199021322242966]);
  expect([random.integer(10), random.integer(1000)]).toEqual([0, 12]);
  expect(random.permutation(8)).toEqual([3, 5, 6, 2, 4, 1, 0, 7]);
  expect([random.normal(), random.normal(), random.normal()]).toEqual([
    0.33050594482377915, 1.5840479731837165, 1.3383450758712223,
  ]);
});

test('names and seeds make streams of their own', () => {
  const first = [derive(1, 'a'), derive(1, 'b'), derive(2, 'a'), derive(-1, 'a'), Random.fromSeed(1)].map((r) =>
    r.bits(),
  );
  expect(new Set(first).size).toBe(5);
  expect(derive(1, 'a').bits()).toBe(derive(1, 'a').bits());
  expect(() => Random.fromSeed(0.5)).toThrow(RangeError);
});

// Fixed seeds: these draws are always the same, so the thresholds cannot be missed by chance.
describe('distributions', () => {
  test('uniform', () => {
    const draws = derive(1, 'uniform').uniforms([20_000]).data;
    expect(kolmogorovSmirnov(draws, (x) => x).pValue).toBeGreaterThan(0.01);
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...draws)).toBeLessThan(1);
  });

  test('normal', () => {
    const draws = derive(1, 'normal').normals([20_000]).data;
    expect(kolmogorovSmirnov(draws, normalCdf).pValue).toBeGreaterThan(0.01);
  });

  test('integer', () => {
    const random = derive(1, 'integer');
    const counts = new Array<number>(7).fill(0);
    for (let i = 0; i < 14_000; i++) counts[random.integer(7)]!++;
    expect(
      chiSquareTest(
        counts,
        counts.map(() => 2000),
      ).pValue,
    ).toBeGreaterThan(0.01);
    expect(random.integer(1)).toBe(0);
    expect(() => random.integer(0)).toThrow(RangeError);
  });

  test('permutation: all orders of three alike', () => {
    const random = derive(1, 'permutation');
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const key = random.permutation(3).join();
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    expect(chiSquareTest([...counts.values()], new Array(6).fill(1000)).pValue).toBeGreaterThan(0.01);
  });
});

test('arrays have the shape asked for', () => {
  expect(derive(1, 'x').normals([2, 3, 4]).shape).toEqual([2, 3, 4]);
  const draws = derive(1, 'x').uniforms([50], -3, -2).data;
  expect(draws.every((x) => x >= -3 && x < -2)).toBe(true);
});

test('integers below a number that does not divide 2^32 are alike', () => {
  // A plain remainder would give the lower third half of the draws.
  const n = 3 * 2 ** 30;
  const random = derive(1, 'large');
  let low = 0;
  for (let i = 0; i < 3000; i++) if (random.integer(n) < 2 ** 30) low++;
  expect(Math.abs(low - 1000)).toBeLessThan(4 * Math.sqrt(3000 * (1 / 3) * (2 / 3)));
  expect(derive(1, 'whole').integer(2 ** 32)).toBe(derive(1, 'whole').bits());
  for (const bad of [0, -1, 1.5, 2 ** 32 + 1, Number.NaN]) expect(() => random.integer(bad)).toThrow(RangeError);
});
