import { describe, expect, test } from 'vitest';
import { sameValue } from '../../harness/checks/same-value.ts';
import { NdArray, type Value } from '../../harness/model/value.ts';
import { scalar, vector } from './in-process.ts';

describe('the same', () => {
  test.each<[Value, Value]>([
    [vector(1, 2), vector(1, 2)],
    [vector(1, Number.NaN), vector(1, Number.NaN)],
    [vector(1, Number.POSITIVE_INFINITY), vector(1, Number.POSITIVE_INFINITY)],
    [vector(0, 1), vector(-0, 1)],
    [vector(1, 1e-13), vector(1, 0)],
    [vector(1e6, 1), vector(1e6, 1 + 0.9e-6)],
    [scalar(2), 2],
    [2, scalar(2)],
    [vector(2), 2],
    [2, 2 + 1e-12],
    [Number.NaN, Number.NaN],
    [
      [1, vector(2)],
      [1, vector(2)],
    ],
    [[], []],
    [
      { a: 1, b: vector(2) },
      { b: vector(2), a: 1 },
    ],
    [{}, {}],
    [null, null],
    [undefined, undefined],
    ['a', 'a'],
    [true, true],
  ])('%j and %j', (a, b) => {
    expect(sameValue(a, b)).toBe(true);
    expect(sameValue(b, a)).toBe(true);
  });
});

describe('not the same', () => {
  test.each<[Value, Value]>([
    [vector(1, 2), vector(1, 2.1)],
    [vector(1, 2), vector(1.1, 2)],
    [vector(1, 2), vector(1)],
    [vector(1), NdArray.of([1], [1, 1])],
    [NdArray.of([1, 2], [2, 1]), NdArray.of([1, 2], [1, 2])],
    [vector(1, Number.NaN), vector(1, 2)],
    [vector(1, Number.POSITIVE_INFINITY), vector(1, Number.NEGATIVE_INFINITY)],
    [vector(1, 2e-12), vector(1, 0)],
    [vector(1e6, 1), vector(1e6, 1 + 1.1e-6)],
    [scalar(2), 3],
    [vector(2, 2), 2],
    [2, 2 + 1e-11],
    [Number.NaN, 0],
    [
      [1, 2],
      [1, 3],
    ],
    [
      [1, 2],
      [3, 2],
    ],
    [[1, 2], [1]],
    [
      { a: 1, b: 2 },
      { a: 1, b: 3 },
    ],
    [
      { a: 1, b: 2 },
      { a: 3, b: 2 },
    ],
    [{ a: 1 }, { a: 1, b: 2 }],
    [{ a: undefined }, { b: undefined }],
    [[], {}],
    [null, undefined],
    [null, {}],
    ['a', 'b'],
    [1, '1'],
    [true, 1],
    [['a'], 'a'],
    [NdArray.of([5, 6], [1, 2]), NdArray.of([5, 6, 7], [1, 3])],
    [vector(1), [1]],
    [vector(1), 'a'],
    [vector(1), null],
  ])('%j and %j', (a, b) => {
    expect(sameValue(a, b)).toBe(false);
    expect(sameValue(b, a)).toBe(false);
  });

  test('the tolerance reaches every level', () => {
    for (const [a, b] of [
      [1, 1.05],
      [vector(1), vector(1.05)],
      [scalar(1), 1.05],
      [1, scalar(1.05)],
      [[1], [1.05]],
      [{ a: 1 }, { a: 1.05 }],
    ] as [Value, Value][]) {
      expect([sameValue(a, b), sameValue(a, b, 0.1), sameValue(a, b, 0.01)]).toEqual([false, true, false]);
    }
  });
});

test('the tolerance is of the larger of the two, and at it they are the same', () => {
  expect([sameValue(1, 1.9, 0.5), sameValue(1.9, 1, 0.5), sameValue(1, 1.9, 0.4), sameValue(1, 2, 0.5)]).toEqual([
    true,
    true,
    false,
    true,
  ]);
});
