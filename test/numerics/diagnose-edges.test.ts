import { describe, expect, test } from 'vitest';
import { NdArray } from '../../harness/model/value.ts';
import { diagnose } from '../../harness/numerics/diagnose.ts';
import { derive } from '../../harness/numerics/random.ts';

const vector = (...entries: number[]): NdArray => NdArray.of(entries);
const map = (array: NdArray, f: (x: number, i: number) => number): NdArray =>
  NdArray.of(Array.from(array.data, f), array.shape);
const matrix = derive(1, 'edges').normals([4, 5]);
/** Far from 1, so that a bound that is not relative shows. */
const large = map(matrix, (x) => 1000 * x);
const largest = Math.max(...large.data.map(Math.abs));
/** Rounding of this share of the largest entry, up and down. */
const rounded = (array: NdArray, share: number): NdArray =>
  map(array, (x, i) => x + (i % 2 === 0 ? 1 : -1) * share * Math.max(...array.data.map(Math.abs)));

describe('factors with a name', () => {
  test.each<[number, string]>([
    [2, 'twice'],
    [-2, 'minus two times'],
    [0.5, 'half'],
    [-0.5, 'minus half'],
    [4, 'four times'],
    [0.25, 'a quarter of'],
    [Math.PI, 'π times'],
    [6.283185307179586, '2π times'],
    [2.5066282746310002, '√(2π) times'],
    [0.3183098861837907, '1/π of'],
    [0.15915494309189535, '1/(2π) of'],
    [0.3989422804014327, '1/√(2π) of'],
    [Math.SQRT2, '√2 times'],
    [Math.SQRT1_2, '1/√2 of'],
    [Math.LN2, 'ln 2 times'],
    [Math.LOG2E, '1/ln 2 times'],
  ])('%s', (factor, words) => {
    expect(
      diagnose(
        map(matrix, (x) => factor * x),
        matrix,
      ),
    ).toBe(`${words} what is expected`);
    expect(
      diagnose(
        rounded(
          map(large, (x) => factor * x),
          1e-7,
        ),
        large,
      ),
    ).toBe(`${words} what is expected`);
  });

  test.each<[number, string]>([
    [7, 'n = 7 times'],
    [1 / 7, '1/n (1/7) of'],
    [2.6457513110645907, '√n (√7) times'],
    [0.3779644730092272, '1/√n (1/√7) of'],
    [7 / 6, 'n/(n − 1) times (7/6)'],
    [6 / 7, '(n − 1)/n (6/7) of'],
  ])('by a size of the case: %s', (factor, words) => {
    const counts = { m: 11, n: 7 };
    expect(
      diagnose(
        map(matrix, (x) => factor * x),
        matrix,
        { counts },
      ),
    ).toBe(`${words} what is expected`);
    expect(
      diagnose(
        map(matrix, (x) => -factor * x),
        matrix,
        { counts },
      ),
    ).toBe(`minus ${words} what is expected`);
  });

  test('sizes of one and two say nothing, three does', () => {
    const relation = (factor: number, n: number) =>
      diagnose(
        map(matrix, (x) => factor * x),
        matrix,
        { counts: { n } },
      );
    expect([relation(2, 2), relation(0.5, 2), relation(3, 3)]).toEqual([
      'twice what is expected',
      'half what is expected',
      'n = 3 times what is expected',
    ]);
    expect(relation(3, 1)).toBe('3 times what is expected, in every entry');
  });

  test('a factor near a named one is not it', () => {
    const relation = (off: number) =>
      diagnose(
        map(matrix, (x) => 7 * (1 + off) * x),
        matrix,
        { counts: { n: 7 } },
      );
    expect(relation(9e-6)).toBe('n = 7 times what is expected');
    expect(relation(1.05e-5)).toBe('7.00007 times what is expected, in every entry');
  });
});

describe('the inverse of a whole number', () => {
  const relation = (factor: number, expected = matrix) =>
    diagnose(
      map(expected, (x) => factor * x),
      expected,
    );

  test('is said as one', () => {
    expect(relation(1 / 784)).toBe('1/784 of what is expected, in every entry');
    expect(relation(-1 / 784)).toBe('minus 1/784 of what is expected, in every entry');
    expect(relation(1 / 3)).toBe('1/3 of what is expected, in every entry');
    expect(relation(1 / 10_000)).toBe('1/10000 of what is expected, in every entry');
    expect(relation(1 / 784, vector(1, 3))).toBeUndefined();
  });

  test('near enough, and of no greater numbers than that tells something', () => {
    expect(relation((1 + 0.9e-6) / 784)).toBe('1/784 of what is expected, in every entry');
    expect(relation((1 + 2e-6) / 784)).toBe('0.00127551 times what is expected, in every entry');
    expect(relation(1 / 10_001)).toBe('0.00009999 times what is expected, in every entry');
    expect(relation(0.7)).toBe('0.7 times what is expected, in every entry');
  });
});

describe('factors without a name need three different entries', () => {
  const by = (expected: NdArray) =>
    diagnose(
      map(expected, (x) => 0.371717171 * x),
      expected,
    );
  const words = '0.371717 times what is expected, in every entry';

  test.each<[string, NdArray, string | undefined]>([
    ['three', vector(1, 3, 5), words],
    ['negative ones', vector(-1, -3, -5), words],
    ['two', vector(1, 3), undefined],
    ['two, repeated', vector(1, 3, 1, 3, 3), undefined],
    ['two and zero', vector(1, 3, 0), undefined],
    ['nearly the same', vector(5, 5.004, 3), undefined],
    ['just not the same', vector(5, 5.006, 3), words],
    ['nearly zero', vector(5, 3, 0.004), undefined],
    ['just not zero', vector(5, 3, 0.006), words],
  ])('%s', (_, expected, relation) => {
    expect(by(expected)).toBe(relation);
  });
});

describe('signs', () => {
  test('zeros have none', () => {
    expect(diagnose(vector(-1, 2, 0), vector(1, -2, 0))).toBe(
      'right but for the sign: every entry is the negative of the expected one',
    );
    expect(diagnose(vector(1, 2, 0), vector(-1, 2, 0))).toBe(
      'the absolute value of what is expected: the signs are lost',
    );
    expect(diagnose(vector(-1, -2, 0, 3), vector(1, -2, 0, 3))).toBe(
      'right in size, but 1 of 3 entries have the wrong sign',
    );
  });

  test('up to rounding', () => {
    const flipped = map(large, (x, i) => (i === 3 ? -x : x));
    expect(diagnose(rounded(flipped, 0.9e-6), large)).toMatch(/1 of 20 entries have the wrong sign/);
    expect(diagnose(rounded(flipped, 1.1e-6), large)).toBeUndefined();
  });
});

describe('axes', () => {
  const cube = derive(3, 'edges').normals([2, 3, 4]);
  const exchanged = (one: number, other: number): NdArray => {
    const shape = [2, 3, 4];
    [shape[one], shape[other]] = [shape[other]!, shape[one]!];
    const result = NdArray.zeros(shape);
    for (let i = 0; i < 2; i++)
      for (let j = 0; j < 3; j++)
        for (let k = 0; k < 4; k++) {
          const index = [i, j, k];
          [index[one], index[other]] = [index[other]!, index[one]!];
          result.data[(index[0]! * shape[1]! + index[1]!) * shape[2]! + index[2]!] = cube.data[(i * 3 + j) * 4 + k]!;
        }
    return result;
  };

  test('exchanged', () => {
    expect(diagnose(exchanged(1, 2), cube)).toBe('right but for its last two axes, which are exchanged');
    expect(diagnose(exchanged(0, 2), cube)).toBe('right but for its first and last axis, which are exchanged');
    expect(diagnose(exchanged(0, 1), cube)).toBe('right but for its first two axes, which are exchanged');
    expect(diagnose(rounded(exchanged(0, 1), 0.5e-6), cube)).toBe(
      'right but for its first two axes, which are exchanged',
    );
    expect(diagnose(rounded(exchanged(0, 1), 2e-6), cube)).toBeUndefined();
  });

  test('a square matrix transposed; another shape with the same entries', () => {
    const square = NdArray.of([1, 2, 3, 5], [2, 2]);
    expect(diagnose(NdArray.of([1, 3, 2, 5], [2, 2]), square)).toBe('transposed');
    expect(diagnose(NdArray.of([1, 2, 3, 5], [1, 4]), NdArray.of([1, 2, 3, 5], [4, 1]))).toBe('transposed');
    expect(diagnose(NdArray.of(cube.data, [4, 3, 2]), cube)).toBeUndefined();
    expect(diagnose(NdArray.of(matrix.data, [2, 10]), matrix)).toBe(
      'right entry by entry, but of shape [2,10] in place of [4,5]',
    );
    expect(diagnose(NdArray.of(matrix.data.slice(0, 10), [2, 5]), matrix)).toBeUndefined();
  });

  test('reversed, an axis of two as well', () => {
    const pair = NdArray.of([1, 2, 3, 4, 50, 60], [2, 3]);
    expect(diagnose(NdArray.of([4, 50, 60, 1, 2, 3], [2, 3]), pair)).toBe('in reverse order along axis 0');
    expect(diagnose(NdArray.of([3, 2, 1, 60, 50, 4], [2, 3]), pair)).toBe('in reverse order along axis 1');
  });

  test('of three different numbers say nothing', () => {
    expect(diagnose(vector(3, 2, 1, 1), vector(1, 1, 2, 3))).toBeUndefined();
    expect(diagnose(vector(4, 3, 2, 1), vector(1, 2, 3, 4))).toBe('in reverse order');
  });
});

describe('an offset', () => {
  test('either way, with six digits', () => {
    expect(
      diagnose(
        map(matrix, (x) => x + 0.123456789),
        matrix,
      ),
    ).toBe('too large by the same number, 0.123457, in every entry');
    expect(
      diagnose(
        map(large, (x) => x - 123.456789),
        large,
      ),
    ).toBe('too small by the same number, 123.457, in every entry');
    expect(
      diagnose(
        rounded(
          map(large, (x) => x + 500),
          0.9e-6,
        ),
        large,
      ),
    ).toMatch(/^too large/);
  });

  test('is larger than rounding', () => {
    expect(
      diagnose(
        map(large, (x) => x + 1.1e-4 * largest),
        large,
      ),
    ).toMatch(/^too large/);
    expect(
      diagnose(
        map(large, (x) => x + 0.9e-4 * largest),
        large,
      ),
    ).toBeUndefined();
  });

  test('needs three different entries', () => {
    expect(diagnose(vector(6.5, 8.5, 6.5), vector(6, 8, 6))).toBeUndefined();
    expect(diagnose(vector(6.5, 8.5, 9.5), vector(6, 8, 9))).toBe('too large by the same number, 0.5, in every entry');
  });
});

describe('a function of the entries', () => {
  test.each<[string, (x: number) => number]>([
    ['the reciprocal of', (x) => 1 / x],
    ['the exponential of', Math.exp],
    ['the logarithm of', Math.log],
    ['the negative logarithm of', (x) => -Math.log(x)],
    ['the square of', (x) => x * x],
    ['the square root of', Math.sqrt],
    ['one minus', (x) => 1 - x],
  ])('%s what is expected', (words, apply) => {
    expect(diagnose(map(vector(2.5, 3.7), apply), vector(2.5, 3.7))).toBe(`${words} what is expected, entry by entry`);
  });

  test('needs two different entries', () => {
    expect(diagnose(vector(9, 9, 9), vector(3, 3, 3))).toBeUndefined();
  });
});

describe('another order', () => {
  const long = (n: number): NdArray => NdArray.of(derive(n, 'order').normals([n]).data);
  const swapped = (array: NdArray): NdArray => {
    const copy = NdArray.of(array.data);
    [copy.data[0], copy.data[1]] = [copy.data[1]!, copy.data[0]!];
    return copy;
  };

  test('of entries or rows', () => {
    expect(diagnose(vector(2, 1, 3, 4), vector(1, 2, 3, 4))).toBe(
      'right but for the order: the entries are those expected, 2 of 4 in another place',
    );
    const rows = NdArray.of([1, 2, 3, 4, 5, 7], [3, 2]);
    expect(diagnose(NdArray.of([3, 4, 1, 2, 5, 7], [3, 2]), rows)).toBe(
      'right but for the order: the rows are those expected, 2 of 3 in another place',
    );
  });

  test('needs four different numbers, each used once, and all of them right', () => {
    expect(diagnose(vector(2, 1, 3, 3), vector(1, 2, 3, 3))).toBeUndefined();
    expect(diagnose(vector(1, 1, 3, 4), vector(2, 1, 3, 4))).toBe('right but for one entry, at [0]');
    expect(diagnose(vector(2, 0.5, 3, 4), vector(1, 2, 3, 4))).toBeUndefined();
    expect(diagnose(vector(2, 1.5, 3, 4), vector(1, 2, 3, 4))).toBeUndefined();
  });

  test('is not looked for in more than a thousand', () => {
    expect(diagnose(swapped(long(1000)), long(1000))).toMatch(/2 of 1000 in another place/);
    expect(diagnose(swapped(long(1001)), long(1001))).toBeUndefined();
  });

  test('up to rounding', () => {
    expect(
      diagnose(
        rounded(swapped(map(long(9), (x) => 1000 * x)), 0.9e-6),
        map(long(9), (x) => 1000 * x),
      ),
    ).toMatch(/2 of 9/);
    expect(diagnose(rounded(swapped(long(9)), 1.1e-6), long(9))).toBeUndefined();
  });
});

describe('right in part', () => {
  /** Right up to `first`, and then nothing that is expected anywhere. */
  const upTo = (first: number, n: number, scale = 1): [NdArray, NdArray] => {
    const expected = NdArray.of(Float64Array.from({ length: n }, (_, i) => scale * (i + 1)));
    return [map(expected, (x, i) => (i < first ? x : x + scale * (0.3 + 0.1 * Math.sin(i)))), expected];
  };

  test('but for one entry, of four or more', () => {
    expect(diagnose(vector(1, 2, 9, 4), vector(1, 2, 3, 4))).toBe('right but for one entry, at [2]');
    expect(diagnose(vector(1, 9, 3), vector(1, 2, 3))).toBeUndefined();
    expect(diagnose(NdArray.of([1, 2, 3, 9, 5, 7], [3, 2]), NdArray.of([1, 2, 3, 4, 5, 7], [3, 2]))).toBe(
      'right but for one entry, at [1,1]',
    );
  });

  test('up to an entry: at least four and a quarter', () => {
    expect(diagnose(...upTo(4, 16))).toBe('right up to entry [3] and wrong in every entry from [4] on');
    expect(diagnose(...upTo(4, 17))).toBeUndefined();
    expect(diagnose(...upTo(5, 17))).toMatch(/^right up to entry \[4\]/);
    expect(diagnose(...upTo(3, 8))).toBeUndefined();
    expect(diagnose(...upTo(0, 8))).toBeUndefined();
  });

  test('and wrong in all that follow', () => {
    const [actual, expected] = upTo(4, 8);
    actual.data[6] = expected.data[6]!;
    expect(diagnose(actual, expected)).toBeUndefined();
    actual.data[4] = expected.data[4]!;
    expect(diagnose(actual, expected)).toBeUndefined();
  });

  test('the leading entries are different ones', () => {
    const expected = vector(1, 1, 2, 3, 5, 6, 7, 9);
    expect(
      diagnose(
        map(expected, (x, i) => (i < 4 ? x : x + 0.3 + 0.1 * Math.sin(i))),
        expected,
      ),
    ).toBeUndefined();
    const differing = vector(1, 1, 2, 3, 4, 6, 7, 9);
    expect(
      diagnose(
        map(differing, (x, i) => (i < 5 ? x : x + 0.3 + 0.1 * Math.sin(i))),
        differing,
      ),
    ).toMatch(/^right up to entry \[4\]/);
  });

  test('up to rounding, whatever the size', () => {
    const [actual, expected] = upTo(6, 12, 1000);
    expect(
      diagnose(
        map(actual, (x, i) => x + (i % 2 === 0 ? 1 : -1) * 0.01),
        expected,
      ),
    ).toMatch(/^right up to entry \[5\]/);
    expect(
      diagnose(
        map(actual, (x, i) => x + (i % 2 === 0 ? 1 : -1) * 0.013),
        expected,
      ),
    ).toBeUndefined();
  });
});

describe('what could be anything', () => {
  test.each<[string, NdArray, NdArray]>([
    ['an expected NaN', vector(0, 0), vector(Number.NaN, 1)],
    ['an actual NaN', vector(Number.NaN, 4), vector(1, 2)],
    ['nothing expected', vector(1, 0, 0, 0), vector(0, 0, 0, 0)],
    ['some zeros', vector(0, 5, 0), vector(1, 2, 3)],
    ['equal up to rounding', vector(1, 2 + 1.9e-6), vector(1, 2)],
  ])('%s', (_, actual, expected) => {
    expect(diagnose(actual, expected)).toBeUndefined();
  });

  test('the tolerance is the caller’s', () => {
    const twice = rounded(
      map(matrix, (x) => 2 * x),
      1e-4,
    );
    expect(diagnose(twice, matrix)).toBeUndefined();
    expect(diagnose(twice, matrix, { tolerance: 1e-3 })).toBe('twice what is expected');
  });
});
