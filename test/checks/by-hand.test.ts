import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadCatalogue } from '../../harness/catalogue.ts';
import { byHandCheck } from '../../harness/checks/by-hand.ts';
import { loadExamples } from '../../harness/examples.ts';
import type { Outcome, SourceFacts } from '../../harness/model/observation.ts';
import { makeProgram } from '../../harness/program.ts';

const check = byHandCheck({
  id: 'by-hand',
  title: 'By hand',
  function: 'f',
  case: { id: 'gradients', title: 'a batch', plan: async () => {} },
});

const OK: Outcome = { status: 'ok', value: 1, ms: 1 };
const SMALL: SourceFacts[] = [
  { path: 'question1.ts', characters: 9_000, longestLine: 180 },
  { path: 'net/layers.ts', characters: 14_000, longestLine: 300 },
];

function judge(outcome: Outcome, sources: SourceFacts[] | undefined = SMALL, overrides: Record<string, number> = {}) {
  const seen = sources === undefined ? {} : { sources };
  return check.judge({ submission: { gradients: { value: outcome } }, reference: {}, overrides, ...seen });
}

const failure = (status: 'runtime-error' | 'missing', message: string): Outcome => ({ status, message, ms: 1 });

describe('gradients by hand', () => {
  test('a program that works without a tape, in files of a usual size, is accepted', () => {
    expect(judge(OK)).toMatchObject({ status: 'accepted', share: 1 });
  });

  test('one that needs a tape is told what it relies on', () => {
    const message =
      'Automatic differentiation (tf.grad and the like) is switched off in this check: the gradient has to be computed by your own formula.';
    expect(judge(failure('runtime-error', message))).toMatchObject({
      status: 'wrong-answer',
      mistake: { id: 'automatic-differentiation' },
      summary: expect.stringContaining('is switched off'),
    });
  });

  test('one that fails otherwise, or is not there, fails with its own message', () => {
    expect(judge(failure('runtime-error', 'x is undefined.'))).toMatchObject({
      status: 'runtime-error',
      summary: 'f on a batch: x is undefined.',
    });
    expect(judge(failure('missing', 'f is not exported.'))).toMatchObject({ status: 'missing', share: 0 });
  });

  test('what was not recorded is no verdict', () => {
    const context = { submission: {}, reference: {}, overrides: {} };
    expect(() => check.judge({ ...context, sources: SMALL })).toThrow('nothing was recorded');
    expect(() => check.judge({ ...context, submission: { gradients: { value: OK } } })).toThrow('nothing was recorded');
  });
});

describe('a library among the files', () => {
  const core = createRequire(import.meta.url).resolve('@tensorflow/tfjs-core/package.json');
  const dist = (name: string): Promise<string> => readFile(path.join(path.dirname(core), 'dist', name), 'utf8');
  const found = async (files: Record<string, string>) => {
    const bytes = Object.entries(files).map(([path, text]) => [path, new TextEncoder().encode(text)] as const);
    const entry = (await loadCatalogue()).find(({ exercise }) => exercise.id === 'cnn-backprop')!;
    return judge(OK, (await makeProgram(new Map(bytes), entry)).sources);
  };
  const own = { 'question1.ts': "import { grads } from './tape.js';\nexport const f = grads;\n" };

  test('tfjs-core itself, which fits in a file: a person is asked, no verdict is given', async () => {
    const verdict = await found({ ...own, 'tape.js': await dist('tf-core.es2017.min.js') });
    expect(verdict).toMatchObject({
      status: 'manual',
      share: 0,
      summary: expect.stringContaining('tape.js is unusually long for this exercise, so a person looks'),
      evidence: [
        {
          kind: 'table',
          rows: [
            ['tape.js', expect.any(Number), expect.any(Number)],
            ['question1.ts', expect.any(Number), 34],
          ],
        },
      ],
    });
    expect(verdict.summary).not.toMatch(/cheat|copied|forbidden|plagiar/i);
  });

  test('a piece of it by its lines, which no person wrote', async () => {
    const whole = await dist('tf-core.es2017.min.js');
    const piece = whole
      .split('\n')
      .find((line) => line.length > 10_000)!
      .slice(0, 12_000);
    const verdict = await found({ ...own, 'tape.js': `export const source = ${JSON.stringify(piece)};` });
    expect(verdict).toMatchObject({ status: 'manual', summary: expect.stringContaining('tape.js is unusually dense') });
  });

  test('one that is spread over many files by their sum', () => {
    const parts = Array.from({ length: 40 }, (_, i) => ({ path: `lib/${i}.ts`, characters: 5_000, longestLine: 100 }));
    expect(judge(OK, parts)).toMatchObject({
      status: 'manual',
      summary: expect.stringMatching(/^The program is unusually long/),
    });
  });

  test('the bounds can be set by a rubric', () => {
    expect(judge(OK, SMALL, { maxCharacters: 10_000 })).toMatchObject({ status: 'manual' });
  });

  test('no example program comes near the bounds, comments and types left out', async () => {
    const entry = (await loadCatalogue()).find(({ exercise }) => exercise.id === 'cnn-backprop')!;
    for (const { name, files } of (await loadExamples(entry)).filter(({ kind }) => kind === 'right')) {
      const { sources: facts } = await makeProgram(files, entry);
      const total = facts.reduce((sum, { characters }) => sum + characters, 0);
      expect(total, name).toBeGreaterThan(1_000);
      expect(total, name).toBeLessThan(15_000);
      expect(Math.max(...facts.map(({ longestLine }) => longestLine)), name).toBeLessThan(1_000);
    }
  });
});
