import { describe, expect, test } from 'vitest';
import { coerce, formatShape, sameShape, select } from '../../harness/checks/coerce.ts';
import { NdArray, type Value } from '../../harness/model/value.ts';
import { scalar, vector } from './in-process.ts';

function array(
  value: Value,
  shape: number[],
): { shape: readonly number[]; data: number[]; remark: string | undefined } {
  const coerced = coerce(value, shape);
  if (!coerced.ok) throw new Error(coerced.problem);
  expect(coerced.array.dtype).toBe('float64');
  return { shape: coerced.array.shape, data: Array.from(coerced.array.data), remark: coerced.remark };
}

function problem(value: Value, shape: number[], name?: string): string {
  const coerced = coerce(value, shape, name);
  if (coerced.ok) throw new Error('coerced');
  return coerced.problem;
}

describe('what is taken as an array', () => {
  test('a tensor of the shape, in doubles', () => {
    expect(array(NdArray.of([1, 2, 3, 4], [2, 2]), [2, 2])).toEqual({
      shape: [2, 2],
      data: [1, 2, 3, 4],
      remark: undefined,
    });
    expect(array(new NdArray([2], Int32Array.of(1, 2)), [2]).data).toEqual([1, 2]);
    expect(array(new NdArray([2], Float32Array.of(0.1, 2)), [2]).data).toEqual([Math.fround(0.1), 2]);
    expect(array(vector(Number.NaN, 1), [2]).data).toEqual([Number.NaN, 1]);
  });

  test('for a scalar a number, and any tensor of one entry', () => {
    for (const value of [3.5, scalar(3.5), vector(3.5), NdArray.of([3.5], [1, 1, 1])]) {
      expect(array(value, [])).toEqual({ shape: [], data: [3.5], remark: undefined });
    }
  });

  test('nested arrays, with a remark', () => {
    const remark = 'The result is a nested array of numbers; a tensor is expected.';
    expect(array([1, 2, 3], [3])).toEqual({ shape: [3], data: [1, 2, 3], remark });
    expect(
      array(
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
        [2, 3],
      ),
    ).toEqual({ shape: [2, 3], data: [1, 2, 3, 4, 5, 6], remark });
    expect(
      array(
        [
          [[1], [2]],
          [[3], [4]],
        ],
        [2, 2, 1],
      ).data,
    ).toEqual([1, 2, 3, 4]);
    expect(array([vector(1, 2), vector(3, 4)], [2, 2])).toEqual({ shape: [2, 2], data: [1, 2, 3, 4], remark });
    expect(array([scalar(1), scalar(2)], [2]).data).toEqual([1, 2]);
    expect(array([vector(1, 2), [3, 4]], [2, 2]).data).toEqual([1, 2, 3, 4]);
    expect(array([5], [])).toEqual({ shape: [], data: [5], remark });
    expect(array([[5]], []).data).toEqual([5]);
    expect(array([], [0])).toEqual({ shape: [0], data: [], remark });
  });
});

describe('what is not', () => {
  test.each<[Value, number[], string]>([
    [vector(1, 2), [3], 'The result should be a tensor of shape [3], but it has shape [2].'],
    [vector(1, 2, 3, 4), [2, 2], 'The result should be a tensor of shape [2, 2], but it has shape [4].'],
    [
      NdArray.of([1, 2, 3, 4, 5, 6], [3, 2]),
      [2, 3],
      'The result should be a tensor of shape [2, 3], but it has shape [3, 2].',
    ],
    [vector(1, 2), [], 'The result should be a scalar, but it has shape [2].'],
    [vector(1), [1, 1], 'The result should be a tensor of shape [1, 1], but it has shape [1].'],
    [7, [1], 'The result should be a tensor of shape [1], but it is a number.'],
    [[1, 2], [3], 'The result should be a tensor of shape [3], but it is an array of shape [2].'],
    [[[1, 2]], [2], 'The result should be a tensor of shape [2], but it is an array of shape [1, 2].'],
    [[1, 2], [], 'The result should be a scalar, but it is an array of shape [2].'],
    [[5], [2], 'The result should be a tensor of shape [2], but it is an array of shape [1].'],
    [undefined, [2], 'The result should be a tensor of shape [2], but it is undefined (is a `return` missing?).'],
    [null, [2], 'The result should be a tensor of shape [2], but it is null.'],
    ['(a function)', [2], 'The result should be a tensor of shape [2], but it is a function.'],
    ['text', [2], 'The result should be a tensor of shape [2], but it is a string.'],
    [true, [], 'The result should be a scalar, but it is a boolean.'],
    [{}, [2], 'The result should be a tensor of shape [2], but it is a record with no keys.'],
    [{ mu: 1, pi: 2 }, [2], 'The result should be a tensor of shape [2], but it is a record with mu, pi.'],
    [
      { a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, g: 1 },
      [2],
      'The result should be a tensor of shape [2], but it is a record with a, b, c, d, e, f.',
    ],
  ])('%j for %j', (value, shape, words) => {
    expect(problem(value, shape)).toBe(words);
  });

  test.each<[string, Value]>([
    ['ragged', [[1, 2], [3]]],
    ['numbers and rows', [1, [2]]],
    ['rows and numbers', [[1], 2]],
    ['strings', ['a', 'b']],
    ['a number and a string', [1, 'b']],
    ['rows of unlike rank', [[1, 2], [[3, 4]]]],
    ['tensors of unlike shape', [vector(1, 2), vector(3)]],
    ['empty rows', [[], []]],
    ['null', [null]],
    [
      'a hole deep inside',
      [
        [[1], [2]],
        [[3], [undefined]],
      ],
    ],
  ])('an irregular array: %s', (_, value) => {
    expect(problem(value, [2])).toBe(
      'The result should be a tensor of shape [2], but it is an array that is not a regular grid of numbers.',
    );
  });

  test('the part has its own name', () => {
    expect(problem(null, [], 'The loss')).toBe('The loss should be a scalar, but it is null.');
    expect(coerce([1], [1], 'The mean')).toMatchObject({
      remark: 'The mean is a nested array of numbers; a tensor is expected.',
    });
  });
});

test('select follows a path and gives undefined where it ends early', () => {
  const value: Value = { mean: [1, { deep: 2 }], pi: vector(3) };
  expect(select(value, [])).toBe(value);
  expect(select(value, ['mean', 0])).toBe(1);
  expect(select(value, ['mean', '1', 'deep'])).toBe(2);
  expect(select(value, ['pi', 'data'])).toBeUndefined();
  expect(select(value, ['sigma'])).toBeUndefined();
  expect(select(value, ['toString'])).toBeUndefined();
  expect(select(value, ['mean', 7])).toBeUndefined();
  expect(select(null, ['a', 'b'])).toBeUndefined();
});

test('shapes', () => {
  expect([formatShape([]), formatShape([2]), formatShape([2, 3])]).toEqual(['[]', '[2]', '[2, 3]']);
  expect([sameShape([], []), sameShape([2, 3], [2, 3]), sameShape([2, 3], [3, 2]), sameShape([2], [2, 3])]).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(sameShape([2, 3], [2])).toBe(false);
  expect(sameShape([2, 3], [2, 4])).toBe(false);
});
