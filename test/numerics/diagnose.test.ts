import { describe, expect, test } from 'vitest';
import { NdArray } from '../../harness/model/value.ts';
import { diagnose } from '../../harness/numerics/diagnose.ts';
import { transpose } from '../../harness/numerics/linalg.ts';
import { derive } from '../../harness/numerics/random.ts';

const matrix = derive(1, 'diagnose').normals([4, 5]);
const map = (array: NdArray, f: (x: number, i: number) => number): NdArray =>
  NdArray.of(Array.from(array.data, f), array.shape);
const positive = map(matrix, Math.abs);

describe('relations that are found', () => {
  test.each<[string, NdArray, NdArray, RegExp]>([
    ['sign', map(matrix, (x) => -x), matrix, /negative/],
    ['scalar sign', NdArray.of([-2.5], []), NdArray.of([2.5], []), /negative/],
    ['scalar half', NdArray.of([1.7], []), NdArray.of([3.4], []), /^half what/],
    ['scalar twice', NdArray.of([6.8], []), NdArray.of([3.4], []), /^twice what/],
    ['1/n', map(matrix, (x) => x / 16), matrix, /1\/n \(1\/16\)/],
    ['any factor', map(matrix, (x) => 0.3717 * x), matrix, /^0\.3717 times/],
    ['√(2π)', map(matrix, (x) => x / Math.sqrt(2 * Math.PI)), matrix, /1\/√\(2π\)/],
    ['transposed', transpose(matrix), matrix, /^transposed$/],
    ['reshaped', NdArray.of(matrix.data, [5, 4]), matrix, /right entry by entry, but of shape \[5,4\]/],
    ['reversed', NdArray.of([5, 3, 2, 9].reverse()), NdArray.of([5, 3, 2, 9]), /^in reverse order$/],
    ['offset', map(matrix, (x) => x + 0.25), matrix, /too large by the same number, 0\.25/],
    ['reciprocal', map(positive, (x) => 1 / x), positive, /reciprocal/],
    ['log', map(positive, Math.log), positive, /^the logarithm/],
    ['exp', map(matrix, Math.exp), matrix, /^the exponential/],
    ['absolute value', positive, matrix, /signs are lost/],
    ['some signs', map(matrix, (x, i) => (i < 3 ? -x : x)), matrix, /3 of 20 entries have the wrong sign/],
    ['zero', map(matrix, () => 0), matrix, /^zero everywhere/],
    ['one entry', map(matrix, (x, i) => (i === 7 ? x + 1 : x)), matrix, /one entry, at \[1,2\]/],
    ['right up to', map(matrix, (x, i) => (i >= 10 ? x + i : x)), matrix, /up to entry \[1,4\].*from \[2,0\]/],
  ])('%s', (_, actual, expected, words) => {
    expect(diagnose(actual, expected, { counts: { n: 16 } })).toMatch(words);
  });

  test('rows in another order', () => {
    const order = [2, 0, 1, 3];
    const actual = NdArray.of(
      order.flatMap((row) => Array.from(matrix.data.slice(row * 5, row * 5 + 5))),
      [4, 5],
    );
    expect(diagnose(actual, matrix)).toMatch(/rows are those expected, 3 of 4 in another place/);
  });

  test('a reversed axis is named', () => {
    const actual = map(matrix, (_, i) => matrix.data[Math.floor(i / 5) * 5 + 4 - (i % 5)]!);
    expect(diagnose(actual, matrix)).toBe('in reverse order along axis 1');
  });

  test('exchanged axes of a batch of pictures', () => {
    const expected = derive(2, 'diagnose').normals([2, 3, 4]);
    const actual = NdArray.zeros([2, 4, 3]);
    for (let n = 0; n < 2; n++)
      for (let i = 0; i < 3; i++)
        for (let j = 0; j < 4; j++) actual.data[n * 12 + j * 3 + i] = expected.data[n * 12 + i * 4 + j]!;
    expect(diagnose(actual, expected)).toMatch(/last two axes/);
  });
});

describe('no relation is claimed', () => {
  test.each<[string, NdArray, NdArray]>([
    ['equal', matrix, matrix],
    ['unrelated', derive(9, 'other').normals([4, 5]), matrix],
    ['a scalar is some factor of any other', NdArray.of([1.23], []), NdArray.of([4.56], [])],
    ['two numbers reversed', NdArray.of([1, 2]), NdArray.of([2, 1])],
    ['not finite', NdArray.of([Number.NaN, 1]), NdArray.of([2, 1])],
    ['expected zero', NdArray.of([1, 1]), NdArray.of([0, 0])],
    ['a factor and noise', map(matrix, (x, i) => 2 * x + 1e-3 * (i % 3)), matrix],
  ])('%s', (_, actual, expected) => {
    expect(diagnose(actual, expected)).toBeUndefined();
  });
});
