import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Grades } from '../../harness/model/grade.ts';
import { renderCsv } from '../../harness/reporters/csv.ts';
import { sampleGrades } from './sample.ts';

/** RFC 4180, with whether a cell was quoted. */
function parse(text: string): { text: string; quoted: boolean }[][] {
  const rows: { text: string; quoted: boolean }[][] = [];
  let at = 0;
  while (at < text.length) {
    const row: { text: string; quoted: boolean }[] = [];
    for (;;) {
      const cell = /"((?:[^"]|"")*)"|([^",\r\n]*)/y;
      cell.lastIndex = at;
      const [whole, quoted, plain] = cell.exec(text)!;
      row.push({ text: quoted?.replaceAll('""', '"') ?? plain ?? '', quoted: quoted !== undefined });
      at += whole.length;
      if (text[at] !== ',') break;
      at++;
    }
    if (text.slice(at, at + 2) !== '\r\n') throw new Error(`no end of line at ${at}: ${text.slice(at, at + 20)}`);
    at += 2;
    rows.push(row);
  }
  return rows;
}

function oneStudent(student: { id?: string; name?: string; email?: string }, id = 'x'): Grades {
  const grades = sampleGrades();
  return { ...grades, submissions: [{ ...grades.submissions[0]!, id, students: [student] }] };
}

describe('renderCsv', () => {
  const rows = parse(renderCsv(sampleGrades()));
  const header = rows[0]!.map(({ text }) => text);
  const row = (id: string) =>
    Object.fromEntries(rows.find((cells) => cells[0]!.text === id)!.map(({ text }, i) => [header[i], text]));

  it('has one row a submission and one column a criterion', () => {
    expect(rows).toHaveLength(15);
    expect(header.slice(0, 10)).toEqual([
      'id',
      'studentIds',
      'names',
      'emails',
      'status',
      'points',
      'maxPoints',
      'pending',
      'late',
      'mdn-gradients/posterior-values',
    ]);
    expect(new Set(rows.map((cells) => cells.length))).toEqual(new Set([19]));
    expect(row('noether-hilbert')).toMatchObject({
      studentIds: '412001; 412002',
      names: 'Emmy Noether; David Hilbert',
      points: '29.25',
      late: expect.stringContaining('"days":2'),
      'pca-inpainting/pca-property': '7.5',
    });
  });

  it('keeps 007 a text and numbers numbers', () => {
    const cells = rows.find((candidate) => candidate[0]!.text === 'ada-lovelace')!;
    expect(cells[1]).toEqual({ text: '007', quoted: true });
    expect(cells[5]).toEqual({ text: '90', quoted: false });
  });

  it('leaves open what nobody decided, so that it does not read as zero', () => {
    expect(row('ada-lovelace')['mdn-gradients/text-manual']).toBe('');
    expect(row('grader-bug')['mdn-gradients/dErrorDLogits-gradient']).toBe('');
    expect(row('harness-failed').points).toBe('');
    expect(row('broken.zip').points).toBe('0');
    expect(row('broken.zip')['matrix-exp/matrixExp-values']).toBe('0');
    expect(row('grader-bug').points).toBe('80');
  });

  it('keeps negative points numbers', () => {
    const grades = oneStudent({});
    grades.submissions[0]!.points = -2.5;
    expect(parse(renderCsv(grades))[1]![5]).toEqual({ text: '-2.5', quoted: false });
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1+1'])('disarms the formula %j', (name) => {
    const cell = parse(renderCsv(oneStudent({ name, id: name, email: name })))[1]!;
    for (const i of [1, 2, 3]) expect(cell[i]!.text).toMatch(/^'/);
  });

  it('keeps rows and columns whatever the names are, and starts no cell as a formula', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', ';', '=', '@', '\t', "'", 'a', '\u0000') }),
    );
    fc.assert(
      fc.property(text, text, text, (id, name, email) => {
        const parsed = parse(renderCsv(oneStudent({ id, name, email }, id)));
        expect(parsed).toHaveLength(2);
        expect(parsed[1]).toHaveLength(parsed[0]!.length);
        for (const cell of parsed[1]!) {
          if (cell.quoted) expect(cell.text).not.toMatch(/^[=+\-@\t\r]/);
        }
      }),
    );
  });

  it('is a header alone for an empty class', () => {
    expect(parse(renderCsv({ ...sampleGrades(), submissions: [] }))).toHaveLength(1);
  });
});
