import { describe, expect, test } from 'vitest';
import type { CatalogueEntry } from '../harness/catalogue.ts';
import type { Case, Check, Exercise } from '../harness/model/exercise.ts';
import type { Failure, Observation } from '../harness/model/observation.ts';
import { NdArray } from '../harness/model/value.ts';
import { DEFAULT_OBSERVE_LIMITS, type ObserveLimits, observe } from '../harness/observe.ts';
import { makeProgram } from '../harness/program.ts';
import { usePool } from './sandbox/session/kit.ts';

const pool = usePool({ outputBytes: 1 << 20 });

function checkOf(id: string, cases: Case[]): Check {
  const judge = () => ({ status: 'accepted' as const, share: 1, summary: '', evidence: [] });
  return { id, kind: 'values', title: id, function: 'double', cases, judge };
}

const single = (id: string, fn: string, module = 'question1', more = {}): Case => ({
  id,
  title: id,
  ...more,
  plan: async (ask) => {
    await ask('call', { module, fn, args: [NdArray.of([1, 2])] });
  },
});

const shared = single('shared', 'double');
const CHECKS = [
  checkOf('values', [shared, single('other', 'helper', 'question2')]),
  checkOf('again', [shared, single('shape-only', 'double', 'question1', { worker: { gradients: 'shape-only' } })]),
];

const EXERCISE: Exercise = {
  id: 'sample',
  assignment: 'samples',
  title: 'Sample',
  functions: {
    double: { module: 'question1', signature: 'double(x: Tensor[n]): Tensor[n]' },
    helper: { module: 'question2', signature: 'helper(x: Tensor[n]): Tensor[n]' },
  },
  checks: () => CHECKS,
};
const ENTRY: CatalogueEntry = { exercise: EXERCISE, folder: '/' };

const GOOD = {
  'question1.ts': `import * as tf from '@tensorflow/tfjs';\nexport const double = (x: tf.Tensor) => tf.mul(x, 2);`,
  'question2.ts': `import { double } from './question1';\nexport const helper = (x) => double(double(x));`,
};

interface Settings {
  checks?: Check[];
  limits?: Partial<ObserveLimits>;
  reference?: Observation;
}

async function observing(files: Record<string, string>, { checks = CHECKS, limits, reference }: Settings = {}) {
  const bytes = Object.entries(files).map(([name, text]) => [name, Buffer.from(text)] as const);
  return observe({
    exercise: EXERCISE,
    checks,
    program: await makeProgram(new Map(bytes), ENTRY),
    pool: pool(),
    seed: 1,
    harness: 'test',
    fastBackend: 'cpu',
    limits: { ...DEFAULT_OBSERVE_LIMITS, deadlineFloorMs: 40_000, ...limits },
    missingParts: [],
    ...(reference === undefined ? {} : { reference }),
  });
}

const outcomeOf = async (files: Record<string, string>, id: string) =>
  (await observing(files)).observation.cases[id]!.call as Failure;

describe('what was seen', () => {
  test('all cases, each once; the exports; the same asked twice is the same hash', async () => {
    const first = await observing(GOOD);
    expect(first.observation).toMatchObject({
      schema: 1,
      exercise: 'sample',
      seed: 1,
      exports: ['double', 'helper'],
      output: '',
      cases: {
        shared: { call: { status: 'ok', value: { data: Float64Array.of(2, 4) } } },
        other: { call: { status: 'ok', value: { data: Float64Array.of(4, 8) } } },
        'shape-only': { call: { status: 'ok', value: { data: Float64Array.of(2, 4) } } },
      },
    });
    const second = await observing({ 'question1.ts': 'export const double = () => 1;' });
    expect(second.asked).toBe(first.asked);
    const other = await observing(GOOD, { checks: [checkOf('values', [shared])] });
    expect(other.asked).not.toBe(first.asked);
  });

  test('cases of one kind of worker share a process, those of another do not', async () => {
    const counting = {
      ...GOOD,
      'question1.ts': `let calls = 0; export const double = () => ++calls;`,
      'question2.ts': `import { double } from './question1'; export const helper = () => double();`,
    };
    const { observation } = await observing(counting);
    const calls = ['shared', 'other', 'shape-only'].map((id) => observation.cases[id]!.call);
    expect(calls.map((outcome) => outcome?.status === 'ok' && outcome.value)).toEqual([1, 2, 1]);
  });

  test('a second reply to the last call of a process is told there', async () => {
    const files = {
      ...GOOD,
      'question1.ts': `const { Socket } = process.getBuiltinModule('node:net');
        const { write } = Socket.prototype;
        const twice = function (...args) { write.apply(this, args); return write.apply(this, args); };
        export const double = () => { Socket.prototype.write = twice; return 1; };`,
    };
    const { observation } = await observing(files, { checks: [checkOf('values', [shared])] });
    expect(observation.cases.shared!.call).toMatchObject({
      status: 'protocol-error',
      message: expect.stringMatching(/a reply came that nobody had asked for/),
    });
  });

  test('output, of all workers', async () => {
    const printing = { ...GOOD, 'question1.ts': `console.log('loaded'); ${GOOD['question1.ts']}` };
    expect((await observing(printing)).observation.output).toBe('loaded\n\nloaded\n');
    const endless = { ...GOOD, 'question1.ts': `console.log('x'.repeat(200_000)); ${GOOD['question1.ts']}` };
    expect((await observing(endless)).observation.output.length).toBeLessThan(140_000);
  });

  test('a case that asks for one id twice is a mistake of the exercise', async () => {
    const twice: Case = {
      ...shared,
      plan: async (ask) => {
        await shared.plan(ask);
        await shared.plan(ask);
      },
    };
    await expect(observing(GOOD, { checks: [checkOf('values', [twice])] })).rejects.toThrow(/asks for 'call' twice/);
  });
});

describe('what is not there', () => {
  const one = GOOD['question1.ts'];
  test.each<[string, Record<string, string>, Partial<Record<keyof Failure, unknown>>]>([
    ['no file', {}, { status: 'missing', message: 'There is no file question1.ts in the submission.' }],
    [
      'a file of another name',
      { 'Question_1.ts': one },
      {
        status: 'missing',
        message: 'There is no file question1.ts in the submission. Is Question_1.ts meant to be it? Then rename it.',
      },
    ],
    [
      'a Python program',
      { 'question1.py': 'def double(x): return 2 * x' },
      {
        status: 'missing',
        message: expect.stringMatching(/There is question1\.py, but Python programs are not run here/),
      },
    ],
    [
      'a function of another name',
      { 'question1.ts': 'export const duoble = () => 1; export const other = 1;' },
      {
        status: 'missing',
        message:
          'question1.ts does not export a function double. There is duoble: is it meant to be double? Expected: export function double(x: Tensor[n]): Tensor[n].',
      },
    ],
    [
      'a function without export',
      { 'question1.ts': 'function double() {}\nexport {};' },
      { status: 'missing', message: expect.stringContaining('It is there, but without export in front of it.') },
    ],
    [
      'the default export alone',
      { 'question1.ts': 'export default function double() {}' },
      { status: 'missing', message: expect.stringContaining('There is a default export: give it its name') },
    ],
    [
      'a syntax error',
      { 'question1.ts': 'export const double = (x) => {\n  return x +;\n};' },
      {
        status: 'compile-error',
        message: expect.stringMatching(/^question1\.ts, line 2, column 13: unexpected ";"\.$/i),
      },
    ],
    [
      'an error while loading',
      { 'question1.ts': 'export const double = () => 1;\nthrow new Error("early");' },
      { status: 'runtime-error', message: 'The program stopped with Error: early', location: 'question1.ts:2:7' },
    ],
  ])('%s', async (_, files, expected) => {
    expect(await outcomeOf(files, 'shared')).toMatchObject(expected);
  });

  test('a broken file that nobody imports harms nobody', async () => {
    const files = { ...GOOD, 'scratch.ts': 'this is not ;;; a program (', 'question2.ts': 'export const helper = ;' };
    const { observation } = await observing(files);
    expect(observation.cases.shared!.call!.status).toBe('ok');
    expect(observation.cases.other!.call!.status).toBe('compile-error');
  });

  test('a broken file that is imported is named with its place', async () => {
    const files = {
      'question1.ts': `import { x } from './helper';\nexport const double = () => x;`,
      'helper.ts': 'export const x =\n  = 1;',
    };
    expect(await outcomeOf(files, 'shared')).toMatchObject({
      status: 'compile-error',
      message: expect.stringMatching(
        /^question1\.ts imports helper\.ts, which does not compile: helper\.ts, line 2, column 3: /,
      ),
    });
  });
});

describe('time', () => {
  const SLOW = { ...GOOD, 'question1.ts': 'export const double = () => { for (;;); };' };
  const reference = async () => (await observing(GOOD)).observation;

  test('a call that hangs costs its own case, and the message says so', async () => {
    const { observation } = await observing(SLOW, {
      limits: { deadlineFloorMs: 300, deadlineFactor: 0 },
      reference: await reference(),
    });
    expect(observation.cases.shared!.call).toMatchObject({
      status: 'time-limit-exceeded',
      message: expect.stringMatching(/^double: .*within 300 ms/),
    });
  });

  test("a call's own multiple of the reference's time takes the place of the criterion's", async () => {
    const timed = await reference();
    const outcome = timed.cases.shared!.call!;
    timed.cases.shared!.call = { ...outcome, ms: 100 };
    const own: Case = {
      ...shared,
      plan: async (ask) => {
        await ask('call', { module: 'question1', fn: 'double', args: [NdArray.of([1, 2])], deadlineFactor: 4 });
      },
    };
    const { observation } = await observing(SLOW, {
      checks: [checkOf('values', [own])],
      limits: { deadlineFloorMs: 200, deadlineFactor: 1000 },
      reference: timed,
    });
    expect(observation.cases.shared!.call).toMatchObject({
      status: 'time-limit-exceeded',
      message: expect.stringMatching(/^double: .*within 600 ms/),
    });
  });

  test('the budget of an exercise ends it', async () => {
    const cases = Array.from({ length: 4 }, (_, i) => single(`case${i}`, 'double'));
    const files = {
      ...GOOD,
      'question1.ts': 'export const double = () => new Promise((resolve) => setTimeout(resolve, 60));',
    };
    const seen = await observing(files, {
      checks: [checkOf('values', cases)],
      limits: { totalMs: 50, deadlineFactor: 0 },
      reference: await reference(),
    });
    const statuses = cases.map(({ id }) => seen.observation.cases[id]!.call!.status);
    expect(statuses).toEqual(['ok', ...Array(3).fill('time-limit-exceeded')]);
    expect((seen.observation.cases.case3!.call as Failure).message).toMatch(/used up by earlier calls/);
  });

  test('the reference has time', async () => {
    const { observation } = await observing(
      { ...GOOD, 'question1.ts': `await new Promise((resolve) => setTimeout(resolve, 100)); ${GOOD['question1.ts']}` },
      { limits: { deadlineFloorMs: 1 } },
    );
    expect(observation.cases.shared!.call!.status).toBe('ok');
  });
});
