import { describe, expect, test } from 'vitest';
import { readLosses, trainingCheck } from '../../harness/checks/training.ts';
import { type Call, HandleArg, RngArg } from '../../harness/model/call.ts';
import { NdArray } from '../../harness/model/value.ts';
import { call, failure, observe, ok, type Program, vector, verdictOf } from './in-process.ts';

/** A program that learns a number: judged by its distance to 3, with the losses on the way. */
const picture = NdArray.of([0, 1, 1, 0], [2, 2]);
const check = trainingCheck({
  id: 'training',
  title: 'It learns',
  function: 'learn',
  reason: 'Right programs were measured at 0.1 to 0.3, wrong ones at 2 and more.',
  praise: 'What was learned is near enough.',
  parameters: { bar: 0.5 },
  cases: ['first', 'second'].map((id) => ({
    id,
    title: `the ${id} set`,
    calls: [
      { id: 'train', call: { ...call('learn', new RngArg(4)), keep: id, send: true } },
      { id: 'use', call: () => ({ ...call(''), fn: new HandleArg(id, ['apply']) }) },
    ],
    judge({ train, use }, reference, { bar }) {
      const losses = readLosses(train!.value, { least: 3, why: 'one for each iteration' });
      if (typeof losses === 'string') return losses;
      const error = Math.abs(Number(use!.value) - 3);
      return {
        figures: [
          {
            ...{ name: 'distance', value: error, unit: 'px', better: 'lower', bar: bar! },
            distinctions: [{ name: 'the mean', at: 0.2 }],
          },
          { name: 'shown only', value: 0.25, better: 'higher' },
        ],
        losses: { program: losses, reference: readLosses(reference.train!.value, { least: 3, why: '' }) as number[] },
        strips: { title: 'Pictures', scale: 2, rows: [{ label: 'the filled one', pictures: [picture, picture] }] },
        ...(error === 6 ? { mistake: { id: 'sign', message: 'The sign is wrong.', hint: 'Look at the sign.' } } : {}),
        ...(error === 6 ? { statement: 'The result is the negative of the expected one.' } : {}),
      };
    },
  })),
});

/** `learned` by set; a training takes `ms`. */
function program(learned: [number, number], ms = 1000, losses: unknown = [3, 2, 1]): Program {
  return (made: Call, id) => {
    if (id === 'train') return ok(losses as never, { ms });
    return ok(learned[(made.fn as HandleArg).name === 'first' ? 0 : 1], { ms: 1 });
  };
}
const reference = program([3, 3], 500);

test('asks for the calls one after the other, on the fast backend, with a deadline in multiples of the reference', async () => {
  const asked: [string, number | undefined, number | undefined][] = [];
  await observe(check.cases, (made, id) => {
    asked.push([id, made.deadlineMs, made.deadlineFactor]);
    return ok(null);
  });
  expect(asked).toEqual(
    Array(2)
      .fill([
        ['train', undefined, 12],
        ['use', undefined, 12],
      ])
      .flat(),
  );
  expect(check.cases.map(({ id, worker }) => [id, worker])).toEqual([
    ['training/first', { precision: 'fast' }],
    ['training/second', { precision: 'fast' }],
  ]);
  expect(check).toMatchObject({ kind: 'training', telling: [], parameters: { bar: 0.5 } });
  const stopped = await observe(check.cases, () => failure());
  expect(Object.keys(stopped['training/first']!)).toEqual(['train']);
});

describe('the verdict', () => {
  test('accepted: the figures beside their bars, the time as a multiple, the curve and the pictures', async () => {
    const verdict = await verdictOf(check, program([3.4, 3.1]), reference);
    expect(verdict).toMatchObject({ status: 'accepted', share: 1, summary: 'What was learned is near enough.' });
    expect(verdict.evidence[0]).toEqual({
      kind: 'table',
      title: 'What was learned',
      columns: ['input', 'figure', 'value', 'wanted', 'compared with'],
      rows: [
        ['the first set', 'distance', '0.4 px', '≤ 0.5 px', 'the mean 0.2 px'],
        ['the first set', 'shown only', '0.25', '', ''],
        ['the first set', 'time', '1.0 s', '≤ about 12 × the reference', "2.0 × the reference's 0.5 s"],
        ['the second set', 'distance', '0.1 px', '≤ 0.5 px', 'the mean 0.2 px (beaten)'],
        ['the second set', 'shown only', '0.25', '', ''],
        ['the second set', 'time', '1.0 s', '≤ about 12 × the reference', "2.0 × the reference's 0.5 s"],
      ],
      note: 'Right programs were measured at 0.1 to 0.3, wrong ones at 2 and more.',
    });
    expect(verdict.evidence.slice(1).map(({ kind, title }) => [kind, title])).toEqual([
      ['series', 'Loss on the first set'],
      ['pictures', 'Pictures'],
      ['series', 'Loss on the second set'],
      ['pictures', 'Pictures'],
    ]);
    expect(verdict.evidence[1]).toMatchObject({
      series: [
        {
          name: 'your program',
          points: [
            [1, 3],
            [2, 2],
            [3, 1],
          ],
        },
        {
          name: 'reference',
          points: [
            [1, 3],
            [2, 2],
            [3, 1],
          ],
        },
      ],
    });
    expect(Object.keys(verdict.files!)).toEqual([
      'training-first-1-the-filled-one.png',
      'training-second-1-the-filled-one.png',
    ]);
    expect(verdict.evidence[2]).toMatchObject({ pictures: [{ label: 'the filled one', width: 10, height: 4 }] });
  });

  test('a distinction that every set has', async () => {
    const verdict = await verdictOf(check, program([3.1, 3.1]), reference);
    expect(verdict.summary).toBe('What was learned is near enough. With distinction: better than the mean.');
  });

  test('a missed bar, and what the rubric sets in its place', async () => {
    const verdict = await verdictOf(check, program([3.1, 4]), reference);
    expect(verdict).toMatchObject({
      status: 'wrong-answer',
      share: 0,
      summary: 'learn on the second set: the distance is 1 px, and it should be at most 0.5 px.',
    });
    expect(verdict.mistake).toBeUndefined();
    // What failed comes first.
    expect(verdict.evidence[1]).toMatchObject({ title: 'Loss on the second set' });
    expect((await verdictOf(check, program([3.1, 4]), reference, { bar: 1 })).status).toBe('accepted');
  });

  test('a figure that is not finite misses every bar', async () => {
    const verdict = await verdictOf(check, program([Number.NaN, 3]), reference, { bar: Number.POSITIVE_INFINITY });
    expect(verdict.summary).toBe('learn on the first set: the distance is not a finite number.');
  });

  test('a mistake that shows on every set is named, with its hint', async () => {
    const verdict = await verdictOf(check, program([-3, -3]), reference);
    expect(verdict.mistake).toEqual({ id: 'sign', message: 'The sign is wrong.', hint: 'Look at the sign.' });
    expect(verdict.summary).toBe(
      'learn on the first set: the distance is 6 px, and it should be at most 0.5 px. The result is the negative of the expected one. 1 more of 2 inputs failed, too.',
    );
    expect((await verdictOf(check, program([-3, 5]), reference)).mistake).toBeUndefined();
  });

  test('losses that cannot be read', async () => {
    const verdict = await verdictOf(check, program([3, 3], 1, [1, Number.NaN, 2]), reference);
    expect(verdict.status).toBe('wrong-answer');
    expect(verdict.summary).toMatch(/^learn on the first set: losses\[1\] is NaN: the training has diverged there\./);
  });

  test('too slow is a status of its own, and says how fast the reference is', async () => {
    const slow: Program = () => ({ ...failure('time-limit-exceeded', 'There was no answer within 9 s.'), ms: 9000 });
    const verdict = await verdictOf(check, slow, reference);
    expect(verdict.status).toBe('time-limit-exceeded');
    expect(verdict.summary).toMatch(/it was stopped after 9\.0 s, and the reference takes 0\.5 s on the same machine/);
    const skipped: Program = () => ({ ...failure('time-limit-exceeded', 'Not called again.'), ms: 0 });
    expect((await verdictOf(check, skipped, reference)).summary).toMatch(/Not called again/);
  });

  test('any other failure', async () => {
    const verdict = await verdictOf(check, () => failure('missing', 'learn is not exported.'), reference);
    expect(verdict).toMatchObject({ status: 'missing', summary: 'learn is not exported.' });
  });

  test('a reference that did not finish is the fault of the harness', async () => {
    await expect(verdictOf(check, program([3, 3]), () => failure())).rejects.toThrow(/the reference did not finish/);
  });
});

describe('losses', () => {
  const read = (value: never) => readLosses(value, { least: 2, why: 'one for each iteration' });
  test('a list, a list with one-element tensors, a vector', () => {
    expect(read([3, 1] as never)).toEqual([3, 1]);
    expect(read([NdArray.of([3], []), 1] as never)).toEqual([3, 1]);
    expect(read(vector(3, 1) as never)).toEqual([3, 1]);
  });
  test.each([
    [undefined, 'losses should be a list of numbers, but it is missing.'],
    [null, 'losses should be a list of numbers, but it is null.'],
    ['(a function)', 'losses should be a list of numbers, but it is a string.'],
    [[1, 'a'], 'losses should be a list of numbers, but it is a list with other things in it.'],
    [{ a: 1 }, 'losses should be a list of numbers, but it is an object.'],
    [picture, 'losses should be a list of numbers, but it is a tensor of shape [2, 2].'],
    [[1], 'losses has 1 entries, and 2 are expected: one for each iteration.'],
  ])('%j', (value, problem) => {
    expect(read(value as never)).toBe(problem);
  });
  test('the first that is not finite', () => {
    expect(read([1, Number.POSITIVE_INFINITY, Number.NaN] as never)).toMatch(/^losses\[1\] is Infinity/);
  });
});

describe('training again', () => {
  const chancy = trainingCheck({
    id: 'chancy',
    title: 'It learns',
    function: 'learn',
    reason: 'Measured.',
    praise: 'Learned.',
    cases: [
      {
        id: 'set',
        title: 'the set',
        calls: [{ id: 'train', call: (_, attempt) => call('learn', new RngArg(4 + attempt)) }],
        again: ({ train }) => train!.value === 0.6,
        judge: ({ train }) => ({
          figures: [{ name: 'distance', value: Number(train!.value), better: 'lower', bar: 0.5 }],
        }),
      },
    ],
  });
  /** What each training learns, one after the other. */
  const learning = (...values: (number | undefined)[]): Program => {
    let next = 0;
    return () => {
      const value = values[next++];
      return value === undefined ? failure('time-limit-exceeded') : ok(value, { ms: 1000 });
    };
  };
  const right: Program = () => ok(0.1, { ms: 500 });
  const status = async (program: Program) => (await verdictOf(chancy, program, right)).status;

  test('where it may have been bad luck, twice at most, and the last is judged', async () => {
    const asked: [string, string | undefined, unknown][] = [];
    await observe(chancy.cases, (made, id) => {
      asked.push([id, made.deadlineLike, made.args[0]]);
      return ok(0.6);
    });
    expect(asked).toEqual([
      ['train', undefined, new RngArg(4)],
      ['again-1/train', 'train', new RngArg(5)],
      ['again-2/train', 'train', new RngArg(6)],
    ]);
    expect(await status(learning(0.6, 0.2))).toBe('accepted');
    expect(await status(learning(0.6, 0.6, 0.2))).toBe('accepted');
    expect(await status(learning(0.6, 0.6, 0.6, 0.2))).toBe('wrong-answer');
    expect(await status(learning(0.6, 3, 0.2))).toBe('wrong-answer');
    expect(await status(learning(3, 0.2))).toBe('wrong-answer');
  });

  test('is said, and one that does not end changes nothing', async () => {
    const verdict = await verdictOf(chancy, learning(0.6, 0.2), right);
    expect(verdict.evidence.at(-1)).toMatchObject({ kind: 'text', title: 'Trained 2 times on the set' });
    expect((await verdictOf(chancy, learning(0.2), right)).evidence).toHaveLength(1);
    const stopped = await verdictOf(chancy, learning(0.6, undefined), right);
    expect(stopped).toMatchObject({ status: 'wrong-answer', summary: expect.stringContaining('0.6') });
  });
});
