import { describe, expect, test } from 'vitest';
import { type CaseResult, combine, failedCall } from '../../harness/checks/case-result.ts';
import { STATUSES } from '../../harness/model/status.ts';
import { failure } from './in-process.ts';

const result = (title: string, status: CaseResult['status'], more: Partial<CaseResult> = {}): CaseResult => ({
  title,
  status,
  statement: status === 'accepted' ? '' : `${title} is ${status}.`,
  ...more,
});
const note = (text: string) => [{ kind: 'text' as const, title: 'Note', text }];

describe('accepted', () => {
  test('one input: praise, all the points, no table', () => {
    expect(combine([result('a', 'accepted')], 'Well done.')).toEqual({
      status: 'accepted',
      share: 1,
      summary: 'Well done.',
      evidence: [],
    });
  });

  test('several inputs: a table, and the first remark', () => {
    const results = [
      result('a', 'accepted', { figure: 'error 1' }),
      result('b', 'accepted', { remark: 'A remark.' }),
      result('c', 'accepted', { remark: 'Another.' }),
    ];
    expect(combine(results, 'Well done.')).toEqual({
      status: 'accepted',
      share: 1,
      summary: 'Well done. A remark.',
      evidence: [
        {
          kind: 'table',
          title: 'Inputs',
          columns: ['input', 'outcome', 'figure'],
          rows: [
            ['a', 'accepted', 'error 1'],
            ['b', 'accepted', ''],
            ['c', 'accepted', ''],
          ],
        },
      ],
    });
  });

  test('the first pictures are shown', () => {
    const files = { 'b.png': Uint8Array.of(1) };
    const results = [
      result('a', 'accepted', { evidence: note('a') }),
      result('b', 'accepted', { evidence: note('b'), files }),
      result('c', 'accepted', { evidence: note('c'), files: {} }),
    ];
    const verdict = combine(results, '');
    expect(verdict.files).toBe(files);
    expect(verdict.evidence).toHaveLength(2);
    expect(verdict.evidence[1]).toEqual(note('b')[0]);
  });

  test('what is inconclusive says so and costs nothing', () => {
    const verdict = combine([result('a', 'accepted'), result('b', 'inconclusive')], 'Well done.');
    expect(verdict).toMatchObject({ status: 'inconclusive', share: 1, summary: 'b is inconclusive.' });
  });
});

describe('failed', () => {
  test('one of one', () => {
    expect(combine([result('a', 'wrong-answer', { evidence: note('a') })], 'Well done.')).toEqual({
      status: 'wrong-answer',
      share: 0,
      summary: 'a is wrong-answer.',
      evidence: note('a'),
    });
  });

  test('one of several: no count of others', () => {
    const verdict = combine([result('a', 'accepted'), result('b', 'wrong-answer'), result('c', 'inconclusive')], '');
    expect(verdict).toMatchObject({ status: 'wrong-answer', share: 0, summary: 'b is wrong-answer.' });
    expect(verdict.evidence).toHaveLength(1);
    expect(verdict.evidence[0]).toMatchObject({ kind: 'table' });
  });

  test('the first of the worst status speaks, evidence before the table', () => {
    const files = { 'd.png': Uint8Array.of(1) };
    const results = [
      result('a', 'accepted'),
      result('b', 'wrong-answer', { evidence: note('b'), files: {} }),
      result('c', 'time-limit-exceeded', { evidence: note('c'), files }),
      result('d', 'time-limit-exceeded', { evidence: note('d') }),
      result('e', 'inconclusive'),
    ];
    const verdict = combine(results, 'Well done.');
    expect(verdict).toMatchObject({
      status: 'time-limit-exceeded',
      share: 0,
      summary: 'c is time-limit-exceeded. 2 more of 5 inputs failed, too.',
    });
    expect(verdict.evidence.map(({ title }) => title)).toEqual(['Note', 'Inputs']);
    expect(verdict.evidence[0]).toEqual(note('c')[0]);
    expect(verdict.files).toBe(files);
    expect(verdict).not.toHaveProperty('mistake');
  });

  test('one more', () => {
    const verdict = combine([result('a', 'wrong-answer'), result('b', 'wrong-answer')], '');
    expect(verdict.summary).toBe('a is wrong-answer. 1 more of 2 inputs failed, too.');
    expect(verdict).not.toHaveProperty('files');
  });

  test('a mistake is named only where every failed input shows it', () => {
    const sign = { id: 'sign', message: 'The sign.' };
    const named = result('a', 'wrong-answer', { mistake: sign });
    const other = result('b', 'wrong-answer', { mistake: { id: 'sign', message: 'Another.' } });
    expect(combine([named, result('b', 'accepted'), { ...named, mistake: { ...sign } }], '').mistake).toEqual(sign);
    expect(combine([named, other], '')).not.toHaveProperty('mistake');
    expect(combine([named, result('b', 'wrong-answer')], '')).not.toHaveProperty('mistake');
    expect(combine([result('b', 'wrong-answer'), named], '')).not.toHaveProperty('mistake');
  });

  test('one that says so is named where other answers are wrong without showing it', () => {
    const near = { id: 'near', message: 'Nearly.', partly: 'Here and there.', hint: 'Look.' };
    const named = result('a', 'wrong-answer', { mistake: near });
    const plain = result('b', 'wrong-answer');
    expect(combine([named, named], '').mistake).toEqual({ id: 'near', message: 'Nearly.', hint: 'Look.' });
    const partly = { id: 'near', message: 'Here and there.', hint: 'Look.' };
    expect(combine([plain, named], '').mistake).toEqual(partly);
    expect(combine([named, plain, result('c', 'accepted')], '').mistake).toEqual(partly);
    const other = result('b', 'wrong-answer', { mistake: { id: 'sign', message: 'The sign.' } });
    expect(combine([named, plain, other], '')).not.toHaveProperty('mistake');
    expect(combine([named, result('b', 'runtime-error')], '')).not.toHaveProperty('mistake');
  });

  test('what cannot be called has no inputs to count or list', () => {
    for (const status of ['missing', 'compile-error'] as const) {
      const verdict = combine([result('a', status), result('b', status)], '');
      expect(verdict).toEqual({ status, share: 0, summary: `a is ${status}.`, evidence: [] });
    }
  });

  test('every status but two costs the points', () => {
    for (const status of STATUSES) {
      const free = status === 'accepted' || status === 'inconclusive';
      expect(combine([result('a', status)], '')).toMatchObject({ status, share: free ? 1 : 0 });
    }
  });
});

describe('a call that failed', () => {
  test('says where, on which input, in which file', () => {
    expect(failedCall('zero', 'exp', failure('runtime-error', 'It broke.', 'question2.ts:3:5'))).toEqual({
      title: 'zero',
      status: 'runtime-error',
      statement: 'exp on zero: It broke. (question2.ts:3:5)',
      figure: 'runtime-error',
    });
    expect(failedCall('zero', 'exp', failure('time-limit-exceeded', 'Too slow.')).statement).toBe(
      'exp on zero: Too slow.',
    );
  });

  test('needs no input where nothing ran', () => {
    expect(failedCall('zero', 'exp', failure('missing', 'There is no exp.')).statement).toBe('There is no exp.');
    expect(failedCall('zero', 'exp', failure('compile-error', 'A bracket.', 'a.ts:1:2')).statement).toBe(
      'A bracket. (a.ts:1:2)',
    );
  });
});
