import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NdArray } from '../../harness/model/value.ts';
import { compareArrays, indexOf, isFloat32Quantised } from '../../harness/numerics/compare.ts';

const entry = { rtol: 1e-6, atol: 1e-9, scale: 'entry' } as const;

describe('compareArrays', () => {
  test('names the worst entry in units of its bound', () => {
    const expected = NdArray.of([1, 100, 0, 1e-3], [2, 2]);
    const actual = NdArray.of([1, 100.00005, 0, 1.01e-3], [2, 2]);
    const result = compareArrays(actual, expected, entry);
    expect(result.ok).toBe(false);
    expect(result.worst?.index).toEqual([1, 1]);
    expect(result.worst?.bound).toBeCloseTo(2e-9, 12);
    expect(result.ratio).toBeCloseTo(5000, 0);
    expect(result.maxError).toBeCloseTo(5e-5, 10);
    expect(compareArrays(actual, expected, { ...entry, scale: 'max' }).ok).toBe(true);
  });

  test('an error just inside the bound passes, just outside does not', () => {
    const expected = NdArray.of([2, -2]);
    expect(compareArrays(NdArray.of([2 + 1.9e-6, -2]), expected, entry).ok).toBe(true);
    expect(compareArrays(NdArray.of([2, -2 - 2.1e-6]), expected, entry).ok).toBe(false);
  });

  test('NaN and infinities', () => {
    const special = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1];
    for (const a of special) {
      for (const e of special) {
        const result = compareArrays(NdArray.of([0, a]), NdArray.of([0, e]), { rtol: 1e9, atol: 1e9, scale: 'entry' });
        expect(result.ok).toBe(Object.is(a, e));
        expect(result.nonFinite).toHaveLength(Object.is(a, e) ? 0 : 1);
        if (!Object.is(a, e)) expect(result.worst?.index).toEqual([1]);
      }
    }
  });

  test('a bound of zero asks for equality; minus zero is zero', () => {
    const exact = { rtol: 0, atol: 0, scale: 'entry' } as const;
    expect(compareArrays(NdArray.of([-0, 3]), NdArray.of([0, 3]), exact)).toMatchObject({ ok: true, ratio: 0 });
    expect(compareArrays(NdArray.of([1e-300, 3]), NdArray.of([0, 3]), exact)).toMatchObject({ ok: false });
  });

  test('scalars and empty arrays', () => {
    expect(compareArrays(NdArray.of([1], []), NdArray.of([2], []), entry).worst?.index).toEqual([]);
    expect(compareArrays(NdArray.of([]), NdArray.of([]), entry)).toMatchObject({
      ok: true,
      worst: undefined,
      ratio: 0,
    });
    expect(() => compareArrays(NdArray.of([1, 2]), NdArray.of([1, 2], [2, 1]), entry)).toThrow(/shape/);
  });

  test('never accepts an array with an entry beyond its bound, whatever the others are', () => {
    const number = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, 0, -0));
    fc.assert(
      fc.property(fc.array(fc.tuple(number, number), { minLength: 1, maxLength: 8 }), (pairs) => {
        const actual = NdArray.of(pairs.map(([a]) => a));
        const expected = NdArray.of(pairs.map(([, e]) => e));
        const fine = pairs.every(
          ([a, e]) =>
            a === e || Object.is(a, e) || (Math.abs(a - e) / (1e-9 + 1e-6 * Math.abs(e)) <= 1 && Number.isFinite(e)),
        );
        expect(compareArrays(actual, expected, entry).ok).toBe(fine);
      }),
    );
  });
});

test('indexOf counts in row-major order', () => {
  expect(indexOf(5, [2, 3])).toEqual([1, 2]);
  expect(indexOf(0, [])).toEqual([]);
  expect(indexOf(23, [2, 3, 4])).toEqual([1, 2, 3]);
});

describe('isFloat32Quantised', () => {
  test('float32 storage is seen, float64 results are not', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.1, max: 10, noNaN: true }), { minLength: 3, maxLength: 20 }), (raw) => {
        const values = raw.map((x) => Math.sin(x * 1234.5678) / 3);
        expect(isFloat32Quantised(values.map(Math.fround))).toBe(true);
        expect(isFloat32Quantised(values)).toBe(false);
      }),
    );
  });

  test('zeros, integers, NaN and simple fractions say nothing', () => {
    expect(isFloat32Quantised([0, 1, -2, 0.5, 0.25, 1024, Number.NaN])).toBe(false);
    expect(isFloat32Quantised([])).toBe(false);
  });
});
