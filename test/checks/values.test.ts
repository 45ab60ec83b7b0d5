import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  asArray,
  asArrayOf,
  type Bound,
  bothValues,
  DOUBLE,
  judgeArray,
  toleranceFor,
  type ValuesOptions,
  valuesCheck,
} from '../../harness/checks/values.ts';
import { NdArray, type Value } from '../../harness/model/value.ts';
import { derive } from '../../harness/numerics/random.ts';
import { call, failure, observe, ok, scalar, stored32, vector, verdictOf } from './in-process.ts';

// Always the same draws: a bound must not be missed by chance in somebody else's run.
fc.configureGlobal({ seed: 20260 });

const judge = (value: Value, expected: NdArray, bound: Partial<Bound> = {}) =>
  judgeArray('exp', 'an input', 'The result', value, expected, { ...DOUBLE, ...bound });
const statusOf = (value: Value, expected: NdArray, bound: Partial<Bound> = {}) => judge(value, expected, bound).status;

describe('the bound', () => {
  test('of doubles: 1e-8 of the largest entry and 1e-10', () => {
    const expected = vector(2, -0.5, 0);
    expect(statusOf(vector(2 + 2e-8, -0.5, 0), expected)).toBe('accepted');
    expect(statusOf(vector(2, -0.5 - 1.99e-8, 2.009e-8), expected)).toBe('accepted');
    expect(statusOf(vector(2 + 2.02e-8, -0.5, 0), expected)).toBe('wrong-answer');
    expect(statusOf(vector(2, -0.5, -2.02e-8), expected)).toBe('wrong-answer');
  });

  test('absolute where all is zero', () => {
    expect(statusOf(vector(0.99e-10, 0), vector(0, 0))).toBe('accepted');
    expect(statusOf(vector(1.01e-10, 0), vector(0, 0))).toBe('wrong-answer');
  });

  test('by each entry’s own size where the case says so', () => {
    const expected = vector(1, 1e-3);
    const own: Partial<Bound> = { scale: 'entry', atol: 0 };
    expect(statusOf(vector(1, 1e-3 * (1 + 0.99e-8)), expected, own)).toBe('accepted');
    expect(statusOf(vector(1, 1e-3 * (1 + 1.01e-8)), expected, own)).toBe('wrong-answer');
    expect(statusOf(vector(1, 1e-3 * (1 + 1e-6)), expected)).toBe('accepted');
  });

  test('grows with the condition of the input and where float32 is stored', () => {
    const doubles = vector(0.1, 0.2, 0.3);
    const single = stored32(doubles);
    const bound: Bound = { rtol: 1e-12, atol: 1e-14, scale: 'entry', reason: '' };
    expect(toleranceFor(doubles, bound)).toEqual({ rtol: 1e-12, atol: 1e-14, scale: 'entry' });
    expect(toleranceFor(doubles, { ...bound, rtol: 0 })).toEqual({ rtol: 2 ** -47, atol: 1e-14, scale: 'entry' });
    expect(toleranceFor(doubles, { ...bound, condition: 2 ** 20 })).toEqual({
      rtol: 2 ** -27,
      atol: 1e-14,
      scale: 'entry',
    });
    expect(toleranceFor(single, bound)).toEqual({ rtol: 2 ** -18, atol: 2 ** -24, scale: 'entry' });
    expect(toleranceFor(single, { ...bound, condition: 4 })).toEqual({
      rtol: 2 ** -16,
      atol: 2 ** -24,
      scale: 'entry',
    });
    expect(toleranceFor(single, { ...bound, rtol: 0.1, atol: 0.5 })).toEqual({ rtol: 0.1, atol: 0.5, scale: 'entry' });
    expect(DOUBLE).toMatchObject({ rtol: 1e-8, atol: 1e-10, scale: 'max' });
  });

  test('float32 rounding passes, in a float32 or a float64 tensor; the same error in doubles does not', () => {
    const expected = derive(1, 'values').normals([20]);
    expect(statusOf(stored32(expected), expected)).toBe('accepted');
    expect(statusOf(NdArray.of(stored32(expected).data), expected)).toBe('accepted');
    const rounded = NdArray.of(Array.from(expected.data, (x) => x * (1 + 2e-7)));
    expect(statusOf(rounded, expected)).toBe('wrong-answer');
  });

  test('a right program always passes, an error of twice the bound in any entry never does', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 30 }), fc.nat(), (seed, n, at) => {
        const expected = derive(seed, 'expected').normals([n]);
        const largest = Math.max(...expected.data.map(Math.abs));
        const noisy = NdArray.of(expected.data.map((x, i) => x + 1e-10 * largest * Math.sin(i)));
        expect(statusOf(noisy, expected)).toBe('accepted');
        noisy.data[at % n]! = expected.data[at % n]! - 2 * (1e-10 + 1e-8 * largest);
        expect(statusOf(noisy, expected)).toBe('wrong-answer');
      }),
    );
  });
});

describe('what one is told', () => {
  test('the shape first', () => {
    expect(judge(vector(1, 2), vector(1, 2, 3))).toEqual({
      title: 'an input',
      status: 'wrong-answer',
      statement: 'exp on an input: The result should be a tensor of shape [3], but it has shape [2].',
      figure: 'shape',
      mistake: { id: 'wrong-shape', message: 'The result does not have the shape that the contract states.' },
    });
    expect(statusOf(vector(Number.NaN), vector(1, 2))).toBe('wrong-answer');
  });

  test('then what is not finite, and where', () => {
    const nan = judge(vector(1, Number.NaN, 3), vector(1, 2, 3));
    expect(nan).toMatchObject({
      status: 'wrong-answer',
      statement: 'exp on an input gives NaN at entry [1], expected 2.',
      figure: 'not finite',
      ratio: Number.POSITIVE_INFINITY,
    });
    const several = judge(vector(Number.POSITIVE_INFINITY, Number.NaN, 3), vector(1, 2, 3));
    expect(several.statement).toBe('exp on an input gives Infinity at entry [0] (2 such entries), expected 1.');
    expect(judge(Number.NaN, scalar(2)).statement).toBe('exp on an input gives NaN, expected 2.');
    expect(judge(vector(1, 1e300), vector(1, Number.POSITIVE_INFINITY)).statement).toBe(
      'exp on an input gives 1e+300 at entry [1], expected Infinity.',
    );
    expect(statusOf(vector(1, Number.NaN), vector(1, Number.NaN))).toBe('accepted');
  });

  test('then the worst entry, with digits enough to see the difference', () => {
    const result = judge(vector(1, 2.0000001, 3.1, 4, 5, 7), vector(1, 2, 3, 4, 5, 6));
    expect(result.statement).toBe('exp on an input gives 7 at entry [5], expected 6.');
    expect(result).not.toHaveProperty('mistake');
    expect(result.figure).toBe('error 1');
    expect(judge(vector(1, 2.0000001), vector(1, 2)).statement).toMatch(
      /^exp on an input gives 2\.0000001 at entry \[1\], expected 2\./,
    );
    expect(judge(vector(1, 2.00000123), vector(1, 2)).figure).toBe('error 0.0000012');
  });

  test('the simple relation to the right result, where there is one', () => {
    const expected = vector(1, 2, 4, 7);
    expect(judge(vector(2, 4, 8, 14), expected)).toMatchObject({
      statement: 'exp on an input gives 14 at entry [3], expected 7. The result is twice what is expected.',
      mistake: { id: 'relation', message: 'The result is twice what is expected.' },
    });
  });

  test('that most digits are right, where every entry has them', () => {
    expect(judge(vector(1, 2.00000123), vector(1, 2)).mistake).toMatchObject({ id: 'nearly-right' });
    // Less is no matter of a constant, nor is an entry of 0 that is not 0.
    expect(judge(vector(1, 2.0001), vector(1, 2))).not.toHaveProperty('mistake');
    expect(judge(vector(1, 1e-6), vector(1, 0))).not.toHaveProperty('mistake');
    expect(judge(vector(1, Number.NaN), vector(1, 2))).not.toHaveProperty('mistake');
    // Only one entry is nearly right.
    expect(judge(vector(1.000001, 2, 9), vector(1, 2, 3))).not.toHaveProperty('mistake');
  });

  test('the name of the part', () => {
    const result = judgeArray('loss', 'a batch', 'the mean', vector(1, 5), vector(1, 2), DOUBLE);
    expect(result.statement).toMatch(/^loss on a batch \(the mean\) gives 5 at entry \[1\], expected 2\./);
    expect(judgeArray('loss', 'a batch', 'the mean', vector(1, Number.NaN), vector(1, 2), DOUBLE).statement).toBe(
      'loss on a batch (the mean) gives NaN at entry [1], expected 2.',
    );
    expect(judgeArray('loss', 'a batch', 'the mean', null, vector(1), DOUBLE).statement).toBe(
      'loss on a batch: the mean should be a tensor of shape [1], but it is null.',
    );
  });

  test('small matrices are shown side by side', () => {
    const evidence = judge(NdArray.of([1, 2, 3, 4, 5, 7], [2, 3]), NdArray.of([1, 2, 3, 4, 5, 6], [2, 3])).evidence!;
    expect(evidence).toEqual([
      {
        kind: 'matrix',
        title: 'Expected',
        rows: [
          [1, 2, 3],
          [4, 5, 6],
        ],
        highlight: [1, 2],
      },
      {
        kind: 'matrix',
        title: 'Got',
        rows: [
          [1, 2, 3],
          [4, 5, 7],
        ],
        highlight: [1, 2],
      },
      {
        kind: 'text',
        title: 'Bound',
        text: 'Allowed: relative error 1.0e-8, absolute 1.0e-10. The greatest error is 1.00.',
      },
    ]);
  });

  test.each<[number[], string[]]>([
    [
      [8, 8],
      ['matrix', 'matrix', 'text'],
    ],
    [
      [9, 8],
      ['table', 'text'],
    ],
    [
      [8, 9],
      ['table', 'text'],
    ],
    [
      [2, 2, 2],
      ['table', 'text'],
    ],
    [[5], ['table', 'text']],
    [[], ['table', 'text']],
  ])('evidence for shape %j', (shape, kinds) => {
    const expected = NdArray.zeros(shape);
    const actual = NdArray.zeros(shape);
    actual.data[0] = 1;
    expect(judge(actual, expected).evidence!.map(({ kind }) => kind)).toEqual(kinds);
  });

  test('of large arrays the worst entries', () => {
    const expected = NdArray.of(
      Float64Array.from({ length: 20 }, (_, i) => i),
      [2, 10],
    );
    const actual = NdArray.of(expected.data, [2, 10]);
    for (const [at, error] of [
      [3, 1],
      [11, -2],
      [12, 2],
      [13, 0.5],
      [14, 0.25],
      [15, 0.125],
      [16, 0.0625],
    ] as const) {
      actual.data[at]! += error;
    }
    const [table] = judge(actual, expected).evidence!;
    expect(table).toEqual({
      kind: 'table',
      title: 'Worst entries',
      columns: ['entry', 'expected', 'got', 'error'],
      rows: [
        ['[1, 1]', '11', '9', '2.00'],
        ['[1, 2]', '12', '14', '2.00'],
        ['[0, 3]', '3', '4', '1.00'],
        ['[1, 3]', '13', '13.5', '0.500'],
        ['[1, 4]', '14', '14.25', '0.250'],
        ['[1, 5]', '15', '15.125', '0.125'],
      ],
    });
    actual.data[2] = Number.NaN;
    actual.data[5] = Number.POSITIVE_INFINITY;
    expect((judge(actual, expected).evidence![0] as { rows: unknown }).rows).toMatchObject([
      ['[0, 2]', '2', 'NaN', 'Infinity'],
      ['[0, 5]', '5', 'Infinity', 'Infinity'],
      ['[1, 1]', '11', '9', '2.00'],
      {},
      {},
      {},
    ]);
    const nans = vector(Number.NaN, 1, Number.POSITIVE_INFINITY);
    const same = judge(vector(Number.NaN, 2, Number.POSITIVE_INFINITY), nans).evidence![0] as { rows: unknown };
    expect(same.rows).toEqual([
      ['[1]', '1', '2', '1.00'],
      ['[0]', 'NaN', 'NaN', '0.00'],
      ['[2]', 'Infinity', 'Infinity', '0.00'],
    ]);
  });

  test('an accepted result keeps its figure and remark', () => {
    expect(judge([1, 2], vector(1, 2 + 1.26e-9))).toEqual({
      title: 'an input',
      status: 'accepted',
      statement: '',
      ratio: expect.closeTo(1.26e-9 / (1e-10 + 2e-8), 3),
      figure: 'error 1.3e-9',
      remark: 'The result is a nested array of numbers; a tensor is expected.',
    });
    expect(judge([1, 3], vector(1, 2)).remark).toMatch(/nested array/);
  });
});

describe('valuesCheck', () => {
  const options: ValuesOptions = {
    id: 'values',
    title: 'Values',
    function: 'double',
    cases: [
      { id: 'one', title: 'one', call: call('double', 1) },
      { id: 'two', title: 'two', call: () => call('double', 2), bound: { rtol: 0.1 } },
      { id: 'three', title: 'three', call: call('double', 3), caseId: 'shared/three' },
    ],
  };
  const check = valuesCheck(options);
  const times = (factor: number) => (one: { args: unknown[] }) => ok(factor * (one.args[0] as number));

  test('is described', () => {
    expect(check).toMatchObject({
      id: 'values',
      kind: 'values',
      title: 'Values',
      function: 'double',
      parameters: { rtol: 1e-8, atol: 1e-10 },
    });
    expect(check.cases.map(({ id, title }) => [id, title])).toEqual([
      ['values/one', 'one'],
      ['values/two', 'two'],
      ['shared/three', 'three'],
    ]);
    expect(valuesCheck({ ...options, bound: { ...DOUBLE, rtol: 0.5 } }).parameters).toEqual({ rtol: 0.5, atol: 1e-10 });
  });

  test('asks once for each input', async () => {
    const observed = await observe(check.cases, times(2));
    expect(observed).toEqual({
      'values/one': { value: ok(2) },
      'values/two': { value: ok(4) },
      'shared/three': { value: ok(6) },
    });
  });

  test('accepts, with its own praise or the usual one', async () => {
    expect(await verdictOf(check, times(2), times(2))).toMatchObject({
      status: 'accepted',
      share: 1,
      summary: 'double agrees with the reference on every input.',
    });
    const praised = valuesCheck({ ...options, praise: 'Good.' });
    expect((await verdictOf(praised, times(2), times(2))).summary).toBe('Good.');
  });

  test('refuses, counting the inputs; a case has its own bound, and the rubric changes the check’s', async () => {
    expect(await verdictOf(check, times(2.1), times(2))).toMatchObject({
      status: 'wrong-answer',
      share: 0,
      summary: 'double on one gives 2.1, expected 2. 1 more of 3 inputs failed, too.',
    });
    expect(await verdictOf(check, times(2.3), times(2))).toMatchObject({
      summary: 'double on one gives 2.3, expected 2. 2 more of 3 inputs failed, too.',
    });
    expect((await verdictOf(check, times(2.15), times(2), { rtol: 0.1 })).status).toBe('accepted');
    expect((await verdictOf(check, times(2.3), times(2), { rtol: 0.2 })).summary).toMatch(/^double on two gives 4\.6/);
    expect((await verdictOf(check, times(2.15), times(2), { atol: 1 })).status).toBe('accepted');
  });

  test('a failed call', async () => {
    const verdict = await verdictOf(check, () => failure('runtime-error', 'Boom.', 'a.ts:1:1'), times(2));
    expect(verdict).toMatchObject({
      status: 'runtime-error',
      summary: 'double on one: Boom. (a.ts:1:1) 2 more of 3 inputs failed, too.',
    });
  });

  test('what the reference did not answer is the harness’s fault', async () => {
    await expect(verdictOf(check, times(2), () => failure('runtime-error', 'Boom.'))).rejects.toThrow(
      'the reference has no value for double on one: Boom.',
    );
    expect(() => bothValues(ok(1), undefined, 'this')).toThrow('the reference has no value for this: not asked');
    expect(() => bothValues(undefined, ok(1), 'this')).toThrow('nothing was recorded for this');
    expect(bothValues(ok(1), ok(2), 'this')).toEqual({ actual: ok(1), expected: 2 });
    await expect(verdictOf(check, times(2), () => ok('text'))).rejects.toThrow(
      'the reference did not return a tensor or a number',
    );
  });

  test('judges the parts of a record, each by its name', async () => {
    const parts = valuesCheck({
      ...options,
      cases: [{ id: 'one', title: 'one', call: call('f') }],
      parts: [
        { path: ['mean'], name: 'the mean' },
        { path: ['more', 0], name: 'the rest' },
      ],
    });
    const record = (mean: Value, rest: Value) => () => ok({ mean, more: [rest] });
    const reference = record(vector(1, 2), scalar(3));
    expect((await verdictOf(parts, record(vector(1, 2), scalar(3)), reference)).status).toBe('accepted');
    expect((await verdictOf(parts, record(vector(1, 2), 4), reference)).summary).toMatch(
      /^double on one \(the rest\) gives 4, expected 3\./,
    );
    expect((await verdictOf(parts, record(vector(1, 5), 4), reference)).summary).toMatch(
      /^double on one \(the mean\) gives 5 at entry \[1\]/,
    );
    expect((await verdictOf(parts, () => ok({ mean: vector(1, 2) }), reference)).summary).toMatch(
      /the rest should be a scalar, but it is undefined/,
    );
    expect((await verdictOf(parts, record(vector(1, 2 + 1e-9), vector(1, 2)), reference)).status).toBe('wrong-answer');
    const remarks = await verdictOf(parts, record([1, 2], 3), reference);
    expect(remarks.summary).toMatch(/ the mean is a nested array of numbers; a tensor is expected\.$/);
    expect((await verdictOf(parts, record([1, 2], [3]), reference)).summary).toMatch(/ the rest is a nested array/);
  });

  test('the table shows the part that came closest to its bound', async () => {
    const parts = valuesCheck({
      ...options,
      cases: ['one', 'two'].map((id) => ({ id, title: id, call: call('f', id) })),
      parts: [
        { path: [0], name: 'a' },
        { path: [1], name: 'b' },
      ],
    });
    const reference = () => ok([1, 1]);
    const verdict = await verdictOf(
      parts,
      (one) => ok(one.args[0] === 'one' ? [1 + 4e-9, 1 + 1e-9] : [1, 1 + 2e-9]),
      reference,
    );
    expect(verdict.evidence).toMatchObject([
      {
        rows: [
          ['one', 'accepted', 'error 4e-9'],
          ['two', 'accepted', 'error 2e-9'],
        ],
      },
    ]);
    const exact = await verdictOf(parts, reference, reference);
    expect(exact.evidence).toMatchObject([{ rows: [['one', 'accepted', 'error 0'], {}] }]);
  });
});

test('arrays of values', () => {
  expect(asArray(3)).toEqual(scalar(3));
  expect(asArray(vector(1))).toEqual(vector(1));
  expect(() => asArray([1])).toThrow('did not return');
  expect(asArrayOf([1, 2], [2])).toEqual(vector(1, 2));
  expect(asArrayOf([1, 2], [3])).toBeUndefined();
});
