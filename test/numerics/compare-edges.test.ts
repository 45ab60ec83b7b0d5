import { describe, expect, test } from 'vitest';
import { NdArray } from '../../harness/model/value.ts';
import { compareArrays, isFloat32Quantised, maxAbs } from '../../harness/numerics/compare.ts';

const compare = (
  actual: number[],
  expected: number[],
  tolerance: Partial<{ rtol: number; atol: number; scale: 'entry' | 'max' }> = {},
) => compareArrays(NdArray.of(actual), NdArray.of(expected), { rtol: 0, atol: 1, scale: 'entry', ...tolerance });

describe('the whole record', () => {
  test('of equal arrays: the first entry, without error', () => {
    for (const value of [3, 0, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(compare([value, value], [value, value])).toEqual({
        ok: true,
        worst: { index: [0], actual: value, expected: value, error: 0, bound: expect.anything() },
        maxError: 0,
        nonFinite: [],
        ratio: 0,
      });
    }
  });

  test('of differences: the first of the greatest', () => {
    expect(compare([1, 2.5, 0.5, 4], [1, 2, 1, 4])).toEqual({
      ok: true,
      worst: { index: [1], actual: 2.5, expected: 2, error: 0.5, bound: 1 },
      maxError: 0.5,
      nonFinite: [],
      ratio: 0.5,
    });
    expect(compare([0, 2], [3, 1])).toMatchObject({
      ok: false,
      worst: { index: [0], error: 3 },
      maxError: 3,
      ratio: 3,
    });
    expect(compare([1, 1.25], [1, 1]).worst).toMatchObject({ index: [1], error: 0.25 });
    expect(compare([1.25, 1], [1, 1]).worst).toMatchObject({ index: [0], error: 0.25 });
  });

  test('of what is not finite: the first, its error beyond all bounds, the others’ errors as they are', () => {
    expect(compare([1.5, Number.NaN, 5, Number.POSITIVE_INFINITY], [1, 2, 1, 4])).toEqual({
      ok: false,
      worst: { index: [1], actual: Number.NaN, expected: 2, error: Number.NaN, bound: 1 },
      maxError: 4,
      nonFinite: [
        { index: [1], actual: Number.NaN, expected: 2 },
        { index: [3], actual: Number.POSITIVE_INFINITY, expected: 4 },
      ],
      ratio: Number.POSITIVE_INFINITY,
    });
    expect(compare([Number.NEGATIVE_INFINITY], [0]).worst!.error).toBe(Number.POSITIVE_INFINITY);
  });

  test('at the bound it is accepted', () => {
    expect(compare([0.5], [0], { atol: 0.5 })).toMatchObject({ ok: true, ratio: 1 });
    expect(compare([3], [2], { atol: 0, rtol: 0.5 })).toMatchObject({ ok: true, ratio: 1, worst: { bound: 1 } });
    expect(compare([3, 8], [2, 8], { atol: 0, rtol: 0.125, scale: 'max' })).toMatchObject({
      ok: true,
      ratio: 1,
      worst: { bound: 1 },
    });
    expect(compare([-3], [-2], { atol: 0.5, rtol: 0.25 })).toMatchObject({ ok: true, ratio: 1, worst: { bound: 1 } });
  });

  test('finite numbers further apart than the largest double', () => {
    expect(compare([1e308], [-1e308])).toMatchObject({ ok: false, maxError: Number.POSITIVE_INFINITY, nonFinite: [] });
  });
});

test('maxAbs looks at finite entries only', () => {
  expect([maxAbs([]), maxAbs([0]), maxAbs([1, -3, 2]), maxAbs([Number.NaN, Number.NEGATIVE_INFINITY, -2])]).toEqual([
    0, 0, 3, 2,
  ]);
});

describe('numbers with few bits', () => {
  test('are float32 numbers anyway: up to thirteen bits, of any size and sign', () => {
    for (const scale of [1, -1, 2 ** -20, 2 ** 40]) {
      expect(isFloat32Quantised([8191, 8189, 8187].map((x) => x * scale))).toBe(false);
      expect(isFloat32Quantised([16383, 16381].map((x) => x * scale))).toBe(true);
    }
  });

  test('do not count, one other does', () => {
    const [a, b] = [Math.fround(0.1), Math.fround(0.7)];
    expect(isFloat32Quantised([a, b])).toBe(true);
    expect(isFloat32Quantised([a, b, Number.NaN, 0, Number.POSITIVE_INFINITY])).toBe(true);
    expect(isFloat32Quantised([a, 0, 1, 2, Number.NaN])).toBe(true);
    expect(isFloat32Quantised([0, 0, 0])).toBe(false);
    expect(isFloat32Quantised([a])).toBe(true);
    expect(isFloat32Quantised([0.1])).toBe(false);
    expect(isFloat32Quantised([0.5])).toBe(false);
    expect(isFloat32Quantised([])).toBe(false);
    expect(isFloat32Quantised([a, b, 0.1])).toBe(false);
    expect(isFloat32Quantised([a, b, 1e300])).toBe(false);
  });
});
