import { describe, expect, test } from 'vitest';
import { judgeHandedIn } from '../../harness/artefacts/judge.ts';
import { evidenceSchema } from '../../harness/model/grade.ts';
import type { ManualCriterion } from '../../harness/rubric/schema.ts';
import { pdf, png, utf8 } from './make.ts';

const criterion = (...files: string[]): ManualCriterion => ({
  id: 'derivation',
  exercise: 'e',
  manual: true,
  files,
  title: 'Derivation',
  points: 5,
  needs: [],
  visibility: 'visible',
});
const judge = (asked: string[], files: Record<string, Uint8Array>, templates: Uint8Array[] = []) => {
  const handedIn = new Map(Object.entries(files).map(([name, bytes]) => [name, { size: bytes.length, bytes }]));
  const verdict = judgeHandedIn(criterion(...asked), handedIn, templates);
  for (const piece of verdict.evidence) evidenceSchema.parse(piece);
  return verdict;
};
const ramp = png(7, 5, (x, y) => [30 * x, 40 * y, 0, 255]);

describe('handed-in files', () => {
  test('a text is shown', () => {
    const text = '<b>E</b> = \u202e−log p\u001b[31m';
    expect(judge(['answers.md'], { 'answers.md': utf8(text) })).toEqual({
      status: 'manual',
      share: 0,
      summary: 'A person grades this; the points are still open.',
      evidence: [{ kind: 'text', title: 'answers.md', text }],
      files: {},
    });
  });

  test('a long text is cut, and it is said', () => {
    const long = judge(['answers.md'], { 'answers.md': utf8('line\n'.repeat(950)) }).evidence[0]!;
    expect(long).toMatchObject({ title: 'answers.md: its beginning; all of it has 951 lines and 4750 characters' });
    expect((long as { text: string }).text.split('\n')).toHaveLength(200);
    const wide = judge(['answers.md'], { 'answers.md': utf8('x'.repeat(900_000)) }).evidence[0]!;
    expect((wide as { text: string }).text.length).toBeLessThanOrEqual(20_000);
    expect(wide.title).toContain('900000 characters');
  });

  test('a picture becomes one of ours, under a name of ours', () => {
    const verdict = judge(['plots/result.png'], { 'plots/result.png': ramp });
    expect(verdict.evidence).toEqual([
      {
        kind: 'pictures',
        title: 'plots/result.png',
        pictures: [{ label: 'as handed in', file: 'derivation-1.png', width: 7, height: 5 }],
        note: 'Handed in with 7 × 5 pixels.',
      },
    ]);
    expect(Object.keys(verdict.files!)).toEqual(['derivation-1.png']);
  });

  test('a PDF is described and copied, and whose it is is said', () => {
    const verdict = judge(['report.pdf'], { 'report.pdf': pdf() });
    const table = verdict.evidence[0] as { rows: unknown[][]; note: string };
    expect(table.rows).toEqual([
      ['size', `${pdf().length} bytes`],
      ['pages', 1],
      ['copied beside this report as', 'derivation-1.pdf'],
    ]);
    expect(table.note).toContain("the student's own file");
    expect(verdict.files).toEqual({ 'derivation-1.pdf': pdf() });
  });

  test.each<[string, Record<string, Uint8Array>, string]>([
    ['is not there', {}, 'The file answers.md is not in your submission.'],
    ['has another name', { 'answer.md': utf8('x') }, 'is not in your submission; is answer.md meant?'],
    ['is empty', { 'answers.md': utf8('') }, 'answers.md is empty.'],
    ['is the template', { 'answers.md': utf8('Write here') }, 'nothing was written into it.'],
  ])('nothing is open where the file %s', (_, files, sentence) => {
    const verdict = judge(['answers.md'], files, [utf8('Write here\n')]);
    expect(verdict).toMatchObject({ status: 'missing', share: 0, evidence: [], files: {} });
    expect(verdict.summary).toContain('There is nothing here that a person could grade.');
    expect(verdict.summary).toContain(sentence);
  });

  test('a file that is too large is not looked into', () => {
    const large = judgeHandedIn(criterion('answers.md'), new Map([['answers.md', { size: 50 * 2 ** 20 }]]), []);
    expect(large).toMatchObject({ status: 'missing' });
    expect(large.summary).toContain('answers.md is too large (50 MiB); it may have 1 MiB at most.');
    const before = judge(['answers.md'], { 'answers.md': new Uint8Array(50 * 2 ** 20) });
    expect(before.summary).toContain('too large');
  });

  test.each([
    ['answers.md', 'Answers.MD'],
    ['answers.md', 'written/answers.md'],
    ['answers.md', 'answers.txt'],
    ['question1.ts', 'question1.py'],
  ])('%s is found as %s', (asked, name) => {
    const verdict = judge([asked], { [name]: utf8('E = 1'), 'other.ts': utf8('1') });
    expect(verdict).toMatchObject({ status: 'manual', evidence: [{ title: `${name} (asked for: ${asked})` }] });
  });

  test('an answer as PDF in place of a text is taken, a program is not', () => {
    expect(judge(['answers.md'], { 'answers.pdf': pdf() }).status).toBe('manual');
    expect(judge(['answers.md'], { 'answers.ts': utf8('1') }).status).toBe('missing');
  });

  test('of several files those that can be shown are shown, and the person decides', () => {
    const verdict = judge(['answers.md', 'result.png'], { 'result.png': ramp });
    expect(verdict.status).toBe('manual');
    expect(verdict.summary).toBe('A person grades this. The file answers.md is not in your submission.');
    expect(verdict.evidence).toHaveLength(1);
    expect(judge(['a.png', 'b.png'], {}).status).toBe('missing');
  });

  test('where no file is asked for, there is nothing to miss', () => {
    expect(judge([], {})).toMatchObject({ status: 'manual' });
  });

  test('the same files give the same bytes', () => {
    const files = { 'answers.md': utf8('E = 1'), 'result.png': ramp };
    expect(judge(['answers.md', 'result.png'], files)).toEqual(judge(['answers.md', 'result.png'], files));
  });
});
