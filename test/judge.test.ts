import { describe, expect, test } from 'vitest';
import { canBeNamed, internalError, judge, tellsMistakes } from '../harness/judge.ts';
import type { Check } from '../harness/model/exercise.ts';
import type { Observation } from '../harness/model/observation.ts';
import type { Status } from '../harness/model/status.ts';
import type { Verdict } from '../harness/model/verdict.ts';
import { observationOf, ok } from './checks/in-process.ts';

const observation = (value: number): Observation => observationOf({ c: { value: ok(value) } });
const mistake = {
  id: 'sign',
  message: 'The sign.',
  hint: 'Look at the sign.',
  fails: new Set(['values']),
  observation: observation(-1),
};
const verdict = (status: Status): Verdict => ({
  status,
  share: status === 'accepted' ? 1 : 0,
  summary: status,
  evidence: [],
});
const check = (kind: Check['kind'], status: Status): Check => ({
  id: 'values',
  kind,
  title: 'Values',
  function: 'f',
  cases: [{ id: 'c', title: 'c', plan: async () => {} }],
  judge: () => verdict(status),
});
const run = (one: Check, overrides?: Record<string, number>) =>
  judge({ checks: [one], submission: observation(-1), reference: observation(1), mistakes: [mistake] }, one, overrides);

test('hands the observations and the rubric’s numbers to the check', () => {
  let seen: unknown;
  const one: Check = {
    ...check('values', 'accepted'),
    judge(context) {
      seen = context;
      return verdict('accepted');
    },
  };
  expect(run(one, { rtol: 0.5 })).toEqual(verdict('accepted'));
  expect(seen).toEqual({
    submission: observation(-1).cases,
    reference: observation(1).cases,
    overrides: { rtol: 0.5 },
  });
  run(one);
  expect(seen).toMatchObject({ overrides: {} });
});

describe('the mistake', () => {
  const named = { id: 'sign', message: 'The sign.', hint: 'Look at the sign.' };

  test.each(['values', 'gradient', 'property', 'picture', 'training'] as const)(
    'is named by a check of kind %s',
    (kind) => {
      expect(run(check(kind, 'wrong-answer'))).toEqual({ ...verdict('wrong-answer'), mistake: named });
    },
  );

  test.each(['timing', 'rule', 'statistical', 'purity'] as const)('is not named by a check of kind %s', (kind) => {
    expect(run(check(kind, 'wrong-answer'))).toEqual(verdict('wrong-answer'));
  });

  test.each(['accepted', 'runtime-error', 'inconclusive', 'internal-error'] as const)(
    'is only looked for in wrong answers, not for %s',
    (status) => {
      expect(run(check('values', status))).toEqual(verdict(status));
    },
  );

  test('that the check itself saw stays where no known one fits, and gives way where one does', () => {
    const own = { ...verdict('wrong-answer'), mistake: { id: 'relation', message: 'It is twice.' } };
    const one: Check = { ...check('values', 'wrong-answer'), judge: () => own };
    expect(run(one).mistake).toEqual(named);
    const unlike = judge(
      { checks: [one], submission: observation(2), reference: observation(1), mistakes: [mistake] },
      one,
    );
    expect(unlike).toEqual(own);
  });
});

describe('the grader’s own fault', () => {
  test('a check that throws is never the student’s', () => {
    const one: Check = {
      ...check('values', 'accepted'),
      judge() {
        throw new RangeError('bad shape');
      },
    };
    const found = run(one);
    expect(found).toMatchObject({
      status: 'internal-error',
      share: 0,
      summary: 'The grader itself failed here. This is not your fault and costs no points; staff have been told.',
    });
    expect(found.evidence).toMatchObject([
      { kind: 'text', title: 'For staff', text: expect.stringContaining('RangeError: bad shape') },
    ]);
    expect((found.evidence[0] as { text: string }).text).toContain('judge.test.ts');
  });

  test('whatever is thrown', () => {
    const text = (error: unknown) => (internalError(error).evidence[0] as { text: string }).text;
    expect(text('a word')).toBe('a word');
    expect(text(undefined)).toBe('undefined');
    const bare = new Error('no stack');
    delete bare.stack;
    expect(text(bare)).toBe('no stack');
    expect(text('x'.repeat(5000))).toBe('x'.repeat(2000));
    expect(text(`a${'x'.repeat(10)}`)).toBe(`a${'x'.repeat(10)}`);
  });
});

test('a check of which no call tells mistakes apart names none, and asks for none to be run', () => {
  const wrong = { ...check('training', 'wrong-answer'), kind: 'training' as const };
  const verdict = wrong.judge({ submission: {}, reference: {}, overrides: {} });
  expect(canBeNamed(wrong, verdict)).toBe(true);
  expect(canBeNamed({ ...wrong, telling: ['fill'] }, verdict)).toBe(true);
  expect(canBeNamed({ ...wrong, telling: [] }, verdict)).toBe(false);
  expect(tellsMistakes({ kind: 'timing' })).toBe(false);
});
