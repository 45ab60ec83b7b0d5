import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../harness/intake/errors.ts';
import { gradesSchema, submissionGradeSchema } from '../harness/model/grade.ts';
import { STATUSES, type Status } from '../harness/model/status.ts';
import type { Evidence, Verdict } from '../harness/model/verdict.ts';
import { type Criterion, LIMIT_DEFAULTS, type Rubric } from '../harness/rubric/schema.ts';
import { forStudent, score, scoreRejected, toJsonEvidence } from '../harness/score.ts';

const base = { exercise: 'e', needs: [], visibility: 'visible' as const };

function check(id: string, points: number, more: Partial<Criterion> = {}): Criterion {
  return {
    ...base,
    id,
    title: `Title of ${id}`,
    points,
    manual: false,
    check: `values-${id}`,
    function: id,
    tolerances: {},
    limits: LIMIT_DEFAULTS,
    ...more,
  } as Criterion;
}

function manual(id: string, points: number, more: Partial<Criterion> = {}): Criterion {
  return { ...base, id, title: `Title of ${id}`, points, manual: true, ...more } as Criterion;
}

function rubric(criteria: Criterion[], more: Partial<Rubric> = {}): Rubric {
  const points = criteria.reduce((sum, criterion) => sum + criterion.points, 0);
  return {
    assignment: 'a',
    title: 'A',
    version: '1',
    points,
    limits: LIMIT_DEFAULTS,
    gradedByHand: [],
    criteria,
    ...more,
  };
}

const verdict = (status: Status, share = status === 'accepted' ? 1 : 0, more: Partial<Verdict> = {}): Verdict => ({
  status,
  share,
  summary: `summary ${status}`,
  evidence: [],
  ...more,
});
const ada = { id: 'ada', students: [] };
const pointsOf = (grade: ReturnType<typeof score>) =>
  Object.fromEntries(grade.criteria.map(({ id, points }) => [id, points]));
const statusOf = (grade: ReturnType<typeof score>) =>
  Object.fromEntries(grade.criteria.map(({ id, status }) => [id, status]));

describe('points', () => {
  it('are exact', () => {
    const grade = score(
      rubric([check('a', 0.1), check('b', 0.2)]),
      { a: verdict('accepted'), b: verdict('accepted') },
      ada,
    );
    expect(JSON.stringify(grade.points)).toBe('0.3');
    expect(JSON.stringify(grade.maxPoints)).toBe('0.3');
  });

  it('are share times points, rounded half up to hundredths', () => {
    const grade = score(
      rubric([check('a', 1), check('b', 0.03), check('c', 7), check('d', 5)]),
      {
        a: verdict('partial', 0.125),
        b: verdict('partial', 0.5),
        c: verdict('partial', 1 / 3),
        d: verdict('wrong-answer'),
      },
      ada,
    );
    expect(pointsOf(grade)).toEqual({ a: 0.13, b: 0.02, c: 2.33, d: 0 });
    expect(grade.points).toBe(2.48);
  });

  it('never show more than two decimal places, and always add up', () => {
    const anyVerdict = fc.record({
      points: fc.integer({ min: 0, max: 10_000 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(anyVerdict, { minLength: 1, maxLength: 20 }), (all) => {
        const criteria = all.map(({ points }, i) => check(`c${i}`, points / 100));
        const verdicts = Object.fromEntries(all.map(({ share }, i) => [`c${i}`, verdict('partial', share)]));
        const grade = score(rubric(criteria), verdicts, ada);
        const shown = [...grade.criteria.map(({ points }) => points), grade.points, grade.maxPoints];
        for (const points of shown) expect(String(points)).toMatch(/^\d+(\.\d\d?)?$/);
        const hundredths = grade.criteria.map(({ points }) => Math.round(points * 100));
        expect(Math.round(grade.points * 100)).toBe(hundredths.reduce((sum, one) => sum + one, 0));
        expect(grade.points).toBeLessThanOrEqual(grade.maxPoints);
      }),
    );
  });

  it('are full where a check was inconclusive', () => {
    const grade = score(rubric([check('a', 2)]), { a: verdict('inconclusive', 0) }, ada);
    expect(grade).toMatchObject({ points: 2, status: 'graded', criteria: [{ status: 'inconclusive', points: 2 }] });
  });

  it.each(STATUSES)('of any status fit the published record: %s', (status) => {
    const grade = score(rubric([check('a', 2)]), { a: verdict(status, 0.5) }, ada);
    expect(submissionGradeSchema.parse(JSON.parse(JSON.stringify(grade)))).toEqual(grade);
  });
});

describe('the grader’s own faults', () => {
  it.each([
    ['an internal error', { a: verdict('internal-error'), b: verdict('accepted') }],
    ['a verdict that is not there', { b: verdict('accepted') }],
    ['a share that is none', { a: verdict('partial', Number.NaN), b: verdict('accepted') }],
    ['a share above one', { a: verdict('partial', 1.5), b: verdict('accepted') }],
    ['a share below zero', { a: verdict('wrong-answer', -1), b: verdict('accepted') }],
  ])('leave the points open: %s', (_, verdicts) => {
    const grade = score(
      rubric([check('a', 2), check('b', 3, { needs: ['a'] })]),
      verdicts as Record<string, Verdict>,
      ada,
    );
    expect(grade).toMatchObject({
      status: 'internal-error',
      points: 3,
      pending: 2,
      maxPoints: 5,
      message: 'The grader failed on: a.',
    });
    expect(grade.criteria[0]).toMatchObject({ status: 'internal-error', points: 0 });
    expect(forStudent(grade).message).toContain('costs you nothing');
  });

  it('keep the summary of the check, or say what happened', () => {
    const summary = (text: string) =>
      score(rubric([check('a', 2)]), { a: verdict('internal-error', 0, { summary: text }) }, ada).criteria[0]!.summary;
    expect(summary('The reference is missing.')).toBe('The reference is missing.');
    expect(summary('')).toContain('costs you nothing');
  });

  it('do not come from names that objects have anyway', () => {
    const grade = score(rubric([check('toString', 1)]), {}, { ...ada, manual: {} });
    expect(grade.criteria[0]!.status).toBe('internal-error');
  });
});

describe('needs', () => {
  const chain = rubric([check('c', 1, { needs: ['b'] }), check('a', 1), check('b', 1, { needs: ['a'] })]);
  const all = (a: Verdict) => ({ a, b: verdict('accepted'), c: verdict('accepted') });

  it('are met by what got its points', () => {
    expect(score(chain, all(verdict('accepted')), ada).points).toBe(3);
    expect(score(chain, all(verdict('inconclusive')), ada).points).toBe(3);
  });

  it.each(['wrong-answer', 'partial', 'runtime-error', 'missing'] as const)('skip what follows on %s', (status) => {
    const grade = score(chain, all(verdict(status, 0.5)), ada);
    expect(statusOf(grade)).toEqual({ a: status, b: 'skipped', c: 'skipped' });
    expect(pointsOf(grade)).toEqual({ a: 0.5, b: 0, c: 0 });
    expect(grade.criteria[2]!.summary).toContain('“Title of a”');
    expect(grade.pending).toBe(0);
  });

  it('are not missed where a person has still to decide, until the person has', () => {
    const by = rubric([manual('m', 1), check('a', 1, { needs: ['m'] })]);
    expect(score(by, { a: verdict('accepted') }, ada).points).toBe(1);
    expect(score(by, { a: verdict('accepted') }, { ...ada, manual: { m: { points: 0 } } }).points).toBe(0);
  });

  it('hold nothing back when they are left out of the run', () => {
    const across = rubric([check('a', 1), check('b', 2, { exercise: 'f', needs: ['a'] })]);
    const grade = score(across, { b: verdict('accepted') }, ada, { only: new Set(['f']) });
    expect(grade).toMatchObject({ points: 2, maxPoints: 2, status: 'graded' });
    expect(grade.criteria).toHaveLength(1);
  });
});

describe('manual criteria', () => {
  const by = rubric([manual('m', 2.5, { files: ['answers.md'] } as Partial<Criterion>), check('a', 1)]);
  const a = { a: verdict('accepted') };

  it('are pending', () => {
    const grade = score(by, a, ada);
    expect(grade).toMatchObject({ points: 1, maxPoints: 3.5, pending: 2.5, status: 'graded' });
    expect(grade.criteria[0]).toMatchObject({ status: 'manual', check: 'manual', points: 0, maxPoints: 2.5 });
  });

  it('have neither points nor open points where nothing was handed in for them', () => {
    const grade = score(by, { ...a, m: { ...verdict('missing', 0), summary: 'Nothing is there.' } }, ada);
    expect(grade).toMatchObject({ points: 1, maxPoints: 3.5, pending: 0, status: 'graded' });
    expect(grade.criteria[0]).toMatchObject({ status: 'missing', points: 0, summary: 'Nothing is there.' });
  });

  it('are given points by a person all the same', () => {
    const given = { m: { points: 2 } };
    const grade = score(by, { ...a, m: verdict('missing', 0) }, { ...ada, manual: given });
    expect(grade).toMatchObject({ points: 3, pending: 0 });
  });

  it('say that they are open where what was handed in is not known', () => {
    expect(score(by, a, ada).criteria[0]!.summary).toBe('A person grades this; the points are still open.');
  });

  it('can be what a check hands over to a person', () => {
    const grade = score(rubric([check('a', 2)]), { a: verdict('manual') }, ada);
    expect(grade).toMatchObject({
      status: 'graded',
      points: 0,
      pending: 2,
      criteria: [{ status: 'manual', points: 0 }],
    });
  });

  it('take the points that a person gives', () => {
    const given = (points: number) => score(by, a, { ...ada, manual: { m: { points, comment: 'Well done.' } } });
    expect(given(2.5)).toMatchObject({
      points: 3.5,
      pending: 0,
      criteria: [{ status: 'accepted', summary: 'Well done.' }, {}],
    });
    expect(given(0.1)).toMatchObject({ points: 1.1, criteria: [{ status: 'partial' }, {}] });
    expect(given(0)).toMatchObject({ points: 1, criteria: [{ status: 'wrong-answer' }, {}] });
    for (const points of [-1, 2.51, 0.001, Number.NaN]) expect(() => given(points)).toThrow(UsageError);
  });

  it('are not the only ones that a person may decide', () => {
    const grade = score(by, { a: verdict('internal-error') }, { ...ada, manual: { a: { points: 1 } } });
    expect(grade).toMatchObject({ status: 'graded', points: 1 });
  });
});

describe('the late policy', () => {
  const late = { deadline: '2026-07-01T22:00:00Z', graceMinutes: 15, perDayPercent: 12.5, maxPercent: 40 };
  const graded = (submittedAt?: string) =>
    score(
      rubric([check('a', 10.01), manual('m', 1)], { late }),
      { a: verdict('accepted') },
      { ...ada, ...(submittedAt ? { submittedAt } : {}) },
    );

  it.each([
    ['2026-06-30T00:00:00Z', 10.01],
    ['2026-07-01T22:00:00Z', 10.01],
    ['2026-07-02T00:15:00+02:00', 10.01],
    ['2026-07-02T00:15:01+02:00', 8.76], // 12.5 % of 10.01 are 1.25125
    ['2026-07-02T22:00:00Z', 8.76],
    ['2026-07-02T22:00:01Z', 7.51], // 25 %: 2.5025
    ['2026-07-09T22:00:00Z', 6.01], // 40 %: 4.004
  ])('%s gives %s points', (submittedAt, points) => {
    const grade = graded(submittedAt);
    expect(grade.points).toBe(points);
    expect(grade.pending).toBe(1);
    expect(grade.late === undefined).toBe(points === 10.01);
    expect(grade.criteria[0]!.points).toBe(10.01);
  });

  it('is recorded with everything it did', () => {
    expect(graded('2026-07-03T00:00:00Z').late).toEqual({
      deadline: late.deadline,
      submittedAt: '2026-07-03T00:00:00Z',
      days: 2,
      percent: 25,
      pointsBefore: 10.01,
      deduction: 2.5,
    });
  });

  it('takes nothing when the time is not known, and says so', () => {
    expect(graded()).toMatchObject({ points: 10.01, late: { note: expect.stringContaining('not known') } });
    expect(graded('whenever')).toMatchObject({
      points: 10.01,
      late: { note: expect.stringContaining('cannot be read') },
    });
  });
});

describe('a rejected submission', () => {
  it('has no points, and the reason everywhere', () => {
    const grade = scoreRejected(rubric([check('a', 2), manual('m', 3)]), {
      id: 'bob',
      rejected: true,
      message: 'It is broken.',
      detail: 'd',
    });
    expect(grade).toMatchObject({
      id: 'bob',
      status: 'rejected',
      points: 0,
      maxPoints: 5,
      pending: 0,
      message: 'It is broken.',
    });
    expect(grade.criteria.map(({ status, summary }) => [status, summary])).toEqual(
      Array(2).fill(['rejected', 'It is broken.']),
    );
    expect(submissionGradeSchema.parse(grade)).toEqual(grade);
  });
});

describe('a plain grade', () => {
  it('has no field that says nothing', () => {
    const criteria = [check('a', 1), manual('m', 1)];
    const grade = score(rubric(criteria), { a: verdict('accepted') }, { ...ada, remarks: [], output: {} });
    expect(Object.keys(grade).sort()).toEqual([
      'criteria',
      'id',
      'maxPoints',
      'pending',
      'points',
      'status',
      'students',
    ]);
    expect(Object.keys(forStudent(grade)).sort()).toEqual(Object.keys(grade).sort());
    expect(grade.criteria[0]).toHaveProperty('function', 'a');
    expect(grade.criteria[1]).not.toHaveProperty('function');
    expect(grade.criteria[0]).not.toHaveProperty('mistake');
  });
});

describe('small things', () => {
  it('one hundredth of a point is partial, one exercise’s output is kept', () => {
    const by = rubric([manual('m', 1)]);
    const grade = score(
      by,
      {},
      { ...ada, manual: { m: { points: 0.01 } }, output: { e: 'printed' }, remarks: ['one'] },
    );
    expect(grade).toMatchObject({
      points: 0.01,
      criteria: [{ status: 'partial' }],
      output: { e: 'printed' },
      remarks: ['one'],
    });
  });
});

describe('what students see', () => {
  const secret: Partial<Verdict> = {
    summary: 'SECRET',
    mistake: { id: 'SECRET', message: 'SECRET' },
    evidence: [{ kind: 'text', title: 'SECRET', text: 'SECRET' }],
  };
  const full = score(
    rubric([
      check('shown', 1),
      check('hidden', 1, { visibility: 'hidden', exercise: 'f' }),
      check('staff', 0, { visibility: 'staff', exercise: 'g' }),
    ]),
    {
      shown: verdict('wrong-answer', 0, { ...secret, summary: 'open' }),
      hidden: verdict('wrong-answer', 0, secret),
      staff: verdict('wrong-answer', 0, secret),
    },
    { ...ada, remarks: ['a remark'], output: { e: 'printed', f: 'SECRET', g: 'SECRET' } },
  );

  it('is everything of visible criteria and nothing else', () => {
    const seen = forStudent(full);
    expect(seen.criteria.map(({ id }) => id)).toEqual(['shown', 'hidden']);
    expect(seen.criteria[0]).toEqual(full.criteria[0]);
    expect(seen.criteria[1]).toMatchObject({
      title: 'Title of hidden',
      status: 'wrong-answer',
      points: 0,
      maxPoints: 1,
      evidence: [],
    });
    expect(JSON.stringify(seen.criteria[1])).not.toContain('SECRET');
    expect(seen.output).toEqual({ e: 'printed' });
    expect(seen.remarks).toEqual(['a remark']);
    expect([seen.points, seen.maxPoints]).toEqual([full.points, full.maxPoints]);
  });

  it('tells of a hidden criterion whether it was passed', () => {
    const hidden = rubric([check('a', 1, { visibility: 'hidden' })]);
    const summary = (one: Verdict) => forStudent(score(hidden, { a: one }, ada)).criteria[0]!.summary;
    expect(summary(verdict('accepted'))).toContain('was passed');
    expect(summary(verdict('partial', 0.5))).toContain('not shown');
  });

  it('leaves the full grade as it is', () => {
    const before = JSON.stringify(full);
    forStudent(full);
    expect(JSON.stringify(full)).toBe(before);
    expect(full.criteria).toHaveLength(3);
  });
});

describe('toJsonEvidence', () => {
  it('writes what JSON has no number for as words', () => {
    const bad = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1.5];
    const words = ['NaN', 'Infinity', '-Infinity', 1.5];
    expect(toJsonEvidence({ kind: 'matrix', title: 't', rows: [bad] })).toEqual({
      kind: 'matrix',
      title: 't',
      rows: [words],
    });
    expect(toJsonEvidence({ kind: 'table', title: 't', columns: ['a'], rows: [[...bad, 'x', null]] })).toMatchObject({
      rows: [[...words, 'x', null]],
    });
    const series: Evidence = {
      kind: 'series',
      title: 't',
      x: 'x',
      y: 'y',
      series: [
        {
          name: 'loss',
          points: [
            [0, 1],
            [1, Number.NaN],
          ],
        },
      ],
    };
    expect(toJsonEvidence(series)).toMatchObject({ series: [{ name: 'loss (1 not finite)', points: [[0, 1]] }] });
  });

  it('leaves finite numbers and other evidence as they are', () => {
    const all: Evidence[] = [
      { kind: 'series', title: 't', x: 'x', y: 'y', series: [{ name: 'loss', points: [[0, 1]] }] },
      { kind: 'matrix', title: 't', rows: [[1, -0.5]], highlight: [0, 1] },
      { kind: 'table', title: 't', columns: ['a'], rows: [[1, null]], note: 'n' },
      { kind: 'text', title: 't', text: 'NaN' },
      { kind: 'pictures', title: 't', pictures: [{ label: 'l', file: 'f.png', width: 1, height: 1 }] },
    ];
    expect(all.map(toJsonEvidence)).toEqual(all);
  });

  it('survives JSON unchanged, whatever the numbers', () => {
    const numbers = fc.array(fc.array(fc.double(), { maxLength: 4 }), { maxLength: 4 });
    fc.assert(
      fc.property(numbers, (rows) => {
        const evidence = [
          toJsonEvidence({ kind: 'matrix', title: '', rows }),
          toJsonEvidence({ kind: 'table', title: '', columns: [], rows }),
        ];
        const grade = score(
          rubric([check('a', 1)]),
          { a: verdict('wrong-answer', 0, { evidence: [{ kind: 'matrix', title: '', rows }] }) },
          ada,
        );
        expect(JSON.stringify(evidence)).not.toContain('null');
        expect(submissionGradeSchema.safeParse(JSON.parse(JSON.stringify(grade))).success).toBe(true);
      }),
    );
  });

  it('fits the published record', () => {
    expect(gradesSchema.shape.submissions.element).toBe(submissionGradeSchema);
  });
});
