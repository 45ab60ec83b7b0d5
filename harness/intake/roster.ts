import { z } from 'zod';
import { UsageError } from './errors.ts';
import type { Metadata } from './metadata.ts';

/** Who handed in what and when, as the teaching staff knows it: submission id → metadata. */
export type Roster = Map<string, Metadata>;

const COLUMNS = ['submission', 'id', 'name', 'email', 'submittedAt'] as const;
type Column = (typeof COLUMNS)[number];

/**
 * Reads `students.csv` of a class: a header line with the columns submission (required), id, name, email, submittedAt
 * in any order, others ignored; one line a student, several lines for a group. Throws {@link UsageError}
 * with the line: joining the wrong student to a grade is worse than not starting.
 */
export function readRoster(text: string, where: string): Roster {
  const fail = (line: number, what: string, todo: string) => new UsageError(what, `${where}, line ${line}`, todo);
  const records = parseCsv(text.replace(/^\ufeff/, ''), where);
  const header = records.shift()?.cells.map((cell) => cell.trim());
  if (!header?.includes('submission')) {
    throw fail(1, 'The column "submission" is missing', `Begin with a line such as: ${COLUMNS.join(',')}`);
  }
  const index = Object.fromEntries(COLUMNS.map((column) => [column, header.indexOf(column)])) as Record<Column, number>;

  const roster: Roster = new Map();
  for (const { line, cells } of records) {
    if (cells.length === 1 && cells[0]!.trim() === '') continue;
    if (cells.length !== header.length) {
      throw fail(line, `${cells.length} cells, but the header has ${header.length}`, 'Put cells with commas in quotes');
    }
    const cell = (column: Column): string | undefined =>
      index[column] < 0 ? undefined : cells[index[column]]!.trim() || undefined;
    const submission = cell('submission');
    if (!submission) throw fail(line, 'The cell "submission" is empty', 'Give the name of the folder or archive');
    const submittedAt = cell('submittedAt');
    if (submittedAt && !z.iso.datetime({ offset: true }).safeParse(submittedAt).success) {
      throw fail(line, `"${submittedAt}" is no time`, 'Write it with its zone, such as 2026-07-01T23:59:00+02:00');
    }
    const entry: Metadata = roster.get(submission) ?? { students: [] };
    const student = Object.fromEntries(
      (['id', 'name', 'email'] as const).map((key) => [key, cell(key)]).filter(([, v]) => v),
    );
    entry.students.push(student);
    if (submittedAt && entry.submittedAt && entry.submittedAt !== submittedAt) {
      throw fail(line, `A second time for "${submission}"`, 'Give each member of a group the same time');
    }
    if (submittedAt) entry.submittedAt = submittedAt;
    roster.set(submission, entry);
  }
  return roster;
}

/** RFC 4180: quoted cells may hold commas, line breaks and doubled quotes. */
function parseCsv(text: string, where: string): { line: number; cells: string[] }[] {
  const records: { line: number; cells: string[] }[] = [];
  let record = { line: 1, cells: [] as string[] };
  let line = 1;
  const pattern = /(?:"((?:[^"]|"")*)"|((?:[^",\r\n][^,\r\n]*)?))(,|\r?\n|\r|$)/gy;
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (!match)
      throw new UsageError(
        'A quote is not closed',
        `${where}, line ${line}`,
        'Close it, or double quotes inside cells',
      );
    record.cells.push(match[1]?.replaceAll('""', '"') ?? match[2]!);
    line += match[0].match(/\r?\n|\r/g)?.length ?? 0;
    if (match[3] === ',' && pattern.lastIndex < text.length) continue;
    if (match[3] === ',') record.cells.push('');
    records.push(record);
    record = { line, cells: [] };
  }
  return records;
}
