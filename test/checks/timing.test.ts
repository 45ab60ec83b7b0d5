import { describe, expect, test } from 'vitest';
import { timingCheck } from '../../harness/checks/timing.ts';
import { NdArray } from '../../harness/model/value.ts';
import { call, failure, observe, ok, type Program } from './in-process.ts';

const check = timingCheck({
  id: 'timing',
  title: 'Speed',
  function: 'rule',
  measured: call('rule'),
  baseline: call('plain'),
  baselineName: 'plain differentiation',
  rounds: 5,
  maxRatio: 2,
  reason: '',
});

/** Durations of the rounds; the first one warms up, the others come again where more rounds are made. */
const program = (measured: number[], baseline: number[]): Program => {
  return (_, id) => {
    const [name, round] = id.split('.') as [string, string];
    const all = name === 'measured' ? measured : baseline;
    const n = Number(round);
    return ok(null, { ms: all[n === 0 ? 0 : 1 + ((n - 1) % (all.length - 1))]! });
  };
};

describe('more rounds', () => {
  const roundsOf = async (ms: (name: string, round: number) => number): Promise<number> => {
    const submission = await observe(check.cases, (_, id) => {
      const [name, round] = id.split('.') as [string, string];
      return ok(null, { ms: ms(name, Number(round)) });
    });
    return (Object.keys(submission['timing/rounds']!).length - 1) / 2;
  };

  test('are made only where the first ones cannot tell, and not without end', async () => {
    expect(await roundsOf((name) => (name === 'measured' ? 8 : 4))).toBe(5);
    expect(await roundsOf((name) => (name === 'measured' ? 28 : 4))).toBe(5);
    expect(await roundsOf((name) => (name === 'measured' ? 10 : 4))).toBe(20);
    expect(await roundsOf(() => 0)).toBe(20);
  });

  test('end as soon as they tell', async () => {
    // Loaded at first, quiet from the fifth round on.
    const ms = (name: string, round: number): number => (name === 'measured' ? (round < 5 ? 10 : 4) : 4);
    expect(await roundsOf(ms)).toBe(10);
  });
});

async function judge(measured: number[], baseline: number[], overrides: Record<string, number> = {}) {
  const submission = await observe(check.cases, program(measured, baseline));
  return check.judge({ submission, reference: {}, overrides });
}

test('asks for the function alone, and then for both in turn', async () => {
  const asked: [string, string, boolean | undefined][] = [];
  await observe(check.cases, (one, id) => {
    asked.push([id, one.fn as string, one.send]);
    return ok(null, { ms: 1 });
  });
  expect(asked).toEqual([
    ['alone', 'rule', undefined],
    ...[0, 1, 2, 3, 4].flatMap((round) => [
      [`measured.${round}`, 'rule', undefined],
      [`baseline.${round}`, 'plain', undefined],
    ]),
  ]);
  expect(check).toMatchObject({
    id: 'timing',
    kind: 'timing',
    function: 'rule',
    title: 'Speed',
    parameters: { maxRatio: 2 },
  });
  expect(check.cases).toMatchObject([{ id: 'timing/rounds', title: 'alternating rounds' }]);
});

test('no two rounds have the same input, and both programs of a round do', async () => {
  const input = NdArray.of([1, -2, 0]);
  const varying = timingCheck({
    ...{ id: 'timing', title: '', function: 'rule', baselineName: '', rounds: 4, maxRatio: 2, reason: '' },
    measured: { ...call('rule'), args: [input, 3] },
    baseline: { ...call('plain'), args: [input, 3] },
  });
  const inputs: number[][] = [];
  await observe(varying.cases, ({ args }, id) => {
    if (id === 'alone') return ok(null);
    inputs.push([...(args[0] as NdArray).data]);
    expect(args[1]).toBe(3);
    return ok(null);
  });
  expect(inputs.length).toBeGreaterThanOrEqual(8);
  expect(new Set(inputs.map((data) => data.join())).size).toBe(inputs.length / 2);
  for (let i = 0; i < inputs.length; i += 2) expect(inputs[i]).toEqual(inputs[i + 1]);
  for (const data of inputs) for (let i = 0; i < 3; i++) expect(data[i]).toBeCloseTo(input.data[i]!, 3);
});

describe('the ratio of the medians', () => {
  test('within the bound', async () => {
    expect(await judge([900, 9, 3, 5, 4], [1, 4, 4, 2, 3])).toEqual({
      status: 'accepted',
      share: 1,
      summary: 'rule takes 1.25 times as long as plain differentiation.',
      evidence: [],
    });
    expect((await judge([900, 8, 8, 8, 8], [1, 4, 4, 4, 4])).status).toBe('accepted');
  });

  test('clearly beyond it', async () => {
    expect(await judge([1, 28, 29, 27, 30], [900, 4, 2, 3, 1])).toEqual({
      status: 'wrong-answer',
      share: 0,
      summary: 'rule takes 9.67 times as long as plain differentiation; at most 2 times is allowed.',
      evidence: [
        {
          kind: 'table',
          title: 'Durations in milliseconds, sorted',
          columns: ['', 'rule', 'baseline'],
          rows: [
            [1, '27.00', '1.00'],
            [2, '28.00', '2.00'],
            [3, '29.00', '3.00'],
            [4, '30.00', '4.00'],
          ],
        },
      ],
    });
  });

  test('too near to tell: inconclusive, and free', async () => {
    expect(await judge([0, 12, 12, 12, 12], [0, 4, 4, 4, 4])).toMatchObject({
      status: 'inconclusive',
      share: 1,
      summary:
        'rule takes 3.00 times as long as plain differentiation; the measurements vary too much to say more, so this costs nothing.',
    });
    expect((await judge([0, 13, 13, 13, 13], [0, 4, 4, 4, 4])).status).toBe('wrong-answer');
    expect((await judge([0, 8.1, 8.1, 8.1, 8.1], [0, 4, 4, 4, 4])).status).toBe('inconclusive');
  });

  test('a wide spread decides nothing: the fast quarter against the slow one', async () => {
    // Medians 20/2 = 10; second of four 12, fourth of four 8.
    expect((await judge([0, 1, 12, 20, 21], [0, 1, 1, 2, 8])).status).toBe('inconclusive');
    expect((await judge([0, 1, 19, 20, 21], [0, 1, 1, 2, 6])).status).toBe('wrong-answer');
    expect((await judge([0, 20, 20, 20, 20], [0, 1, 6, 7, 7])).status).toBe('inconclusive');
    expect((await judge([0, 1, 24, 24, 24], [0, 1, 2, 2, 7])).status).toBe('wrong-answer');
  });

  test('nothing could be measured: a busy machine’s round trip hides both', async () => {
    const free = { status: 'inconclusive', share: 1, summary: expect.stringContaining('could not be timed') };
    expect(await judge([0, 0, 0, 0, 0], [0, 0, 0, 0, 0])).toMatchObject(free);
    expect(await judge([0, 8, 8, 8, 8], [0, 0, 0, 0, 0])).toMatchObject(free);
    expect((await judge([0, 0, 0, 0, 0], [0, 4, 4, 4, 4])).status).toBe('accepted');
  });

  test('the rubric sets another bound', async () => {
    expect((await judge([0, 20, 20, 20, 20], [0, 4, 4, 4, 4], { maxRatio: 5 })).status).toBe('accepted');
    expect((await judge([0, 8, 8, 8, 8], [0, 4, 4, 4, 4], { maxRatio: 1 })).status).toBe('wrong-answer');
  });
});

test('figures of several rounds', async () => {
  const few = timingCheck({
    id: 't',
    title: '',
    function: 'f',
    measured: call('f'),
    baseline: call('g'),
    baselineName: 'g',
    rounds: 2,
    maxRatio: 2,
    reason: '',
  });
  const submission = await observe(few.cases, program([0, 20], [0, 4]));
  expect(few.judge({ submission, reference: {}, overrides: {} }).summary).toBe(
    'f takes 5.00 times as long as g; at most 2 times is allowed.',
  );
});

describe('failures', () => {
  test('of either call end the rounds and are told', async () => {
    for (const bad of ['measured.1', 'baseline.1']) {
      const fails: Program = (_, id) => (id === bad ? failure('time-limit-exceeded', 'Too slow.') : ok(null));
      const submission = await observe(check.cases, fails);
      expect(Object.keys(submission['timing/rounds']!).at(-1)).toBe(bad);
      expect(check.judge({ submission, reference: {}, overrides: {} })).toMatchObject({
        status: 'time-limit-exceeded',
        summary: 'rule on alternating rounds: Too slow.',
      });
    }
  });

  test('nothing measured is not accepted', async () => {
    expect(check.judge({ submission: {}, reference: {}, overrides: {} }).status).not.toBe('accepted');
    expect(check.judge({ submission: { 'timing/rounds': {} }, reference: {}, overrides: {} }).status).not.toBe(
      'accepted',
    );
  });
});

describe('ranks', () => {
  const verdict = async (measured: number[], baseline: number[]) => {
    const check = timingCheck({
      id: 't',
      title: '',
      function: 'f',
      measured: call('f'),
      baseline: call('g'),
      baselineName: 'g',
      rounds: measured.length + 1,
      maxRatio: 2,
      reason: '',
    });
    const submission = await observe(check.cases, program([0, ...measured], [0, ...baseline]));
    return check.judge({ submission, reference: {}, overrides: {} });
  };

  test('one slow round of the baseline does not excuse', async () => {
    const slow = new Array(8).fill(20);
    expect((await verdict(slow, [1, 1, 1, 1, 1, 1, 2, 20])).status).toBe('wrong-answer');
    expect((await verdict(slow, [1, 1, 1, 1, 1, 20, 20, 20])).status).toBe('inconclusive');
  });

  test('one slow round of the function does not condemn, nor does one fast excuse', async () => {
    expect((await judge([0, 1, 12, 20, 28], [0, 1, 1, 2, 8])).status).toBe('inconclusive');
    const base = new Array(8).fill(1);
    expect((await verdict([1, 1, 20, 20, 20, 20, 20, 20], base)).status).toBe('wrong-answer');
    expect((await verdict([1, 1, 1, 20, 20, 20, 20, 20], base)).status).toBe('inconclusive');
    expect((await verdict([1, 2, 3, 9, 9], [1, 1, 1, 1, 1])).summary).toMatch(/^f takes 3\.00 times/);
  });
});

describe('a program that does something else while it is timed', () => {
  const input = NdArray.of([1, -2, 0]);
  const timed = timingCheck({
    ...{ id: 'timing', title: '', function: 'rule', baselineName: '', rounds: 4, maxRatio: 2, reason: '' },
    measured: { ...call('rule'), args: [input] },
    baseline: { ...call('plain'), args: [input] },
  });
  const doubled = (array: NdArray): NdArray => NdArray.of([...array.data].map((x) => 2 * x));
  const judged = async (rule: (argument: NdArray, nth: number) => NdArray) => {
    const program = (of: typeof rule): Program => {
      let nth = 0;
      return (one) => ok(one.fn === 'rule' ? of(one.args[0] as NdArray, nth++) : null, { ms: 1 });
    };
    const submission = await observe(timed.cases, program(rule));
    const reference = await observe(timed.cases, program(doubled));
    return timed.judge({ submission, reference, overrides: {} });
  };

  test('has not been timed at its work', async () => {
    let first: NdArray | undefined;
    const keeping = await judged((argument) => (first ??= doubled(argument)));
    expect(keeping).toMatchObject({ status: 'wrong-answer', share: 0 });
    expect(keeping.summary).toContain('(call 2)');
    expect((await judged((argument, nth) => (nth < 3 ? doubled(argument) : argument))).status).toBe('wrong-answer');
  });

  test('a right one, and one that is wrong from the first call on, are judged by the clock', async () => {
    expect((await judged(doubled)).status).toBe('accepted');
    expect((await judged((argument) => argument)).status).toBe('accepted');
  });
});
