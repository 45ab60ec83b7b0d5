import { stringify } from 'csv-stringify/sync';
import type { CriterionGrade, Grades, SubmissionGrade } from '../model/grade.ts';
import { isOpen } from './open.ts';
import { visibleLine } from './visible.ts';

const COLUMNS = ['id', 'studentIds', 'names', 'emails', 'status', 'points', 'maxPoints', 'pending', 'late'];

/** What a spreadsheet takes for the start of a formula, in its full-width forms too. */
const FORMULA = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;

/**
 * One row a submission (RFC 4180, UTF-8), then a column of points per criterion. Every text is quoted, numbers are not.
 * Empty: a criterion that this submission does not have, or that nobody has decided yet.
 */
export function renderCsv(grades: Grades): string {
  const criteria = [...new Set(grades.submissions.flatMap((submission) => submission.criteria.map(({ id }) => id)))];
  const header = [...COLUMNS, ...criteria].map(textCell);
  const rows = grades.submissions.map((submission) => [
    ...submissionCells(submission),
    ...pointsOf(submission.criteria, criteria),
  ]);
  return stringify([header, ...rows], { quoted_string: true, record_delimiter: '\r\n' });
}

function submissionCells(submission: SubmissionGrade): (string | number)[] {
  const { students } = submission;
  return [
    textCell(submission.id),
    textCell(joined(students.map(({ id }) => id))),
    textCell(joined(students.map(({ name }) => name))),
    textCell(joined(students.map(({ email }) => email))),
    textCell(submission.status),
    // Where nothing at all is decided there are no points, which must not read as zero.
    submission.status !== 'rejected' && submission.criteria.every(isOpen) ? '' : submission.points,
    submission.maxPoints,
    submission.pending,
    textCell(submission.late === undefined ? '' : JSON.stringify(submission.late)),
  ];
}

function pointsOf(criteria: readonly CriterionGrade[], ids: readonly string[]): (string | number)[] {
  const byId = new Map(criteria.map((criterion) => [criterion.id, criterion]));
  return ids.map((id) => {
    const criterion = byId.get(id);
    if (criterion === undefined || isOpen(criterion)) return '';
    return criterion.points;
  });
}

function joined(values: readonly (string | undefined)[]): string {
  return values.filter((value) => value !== undefined).join('; ');
}

/** The apostrophe makes spreadsheets show the text instead of computing it (OWASP, "CSV Injection"). */
function textCell(text: string): string {
  const guarded = FORMULA.test(text) ? `'${text}` : text;
  return visibleLine(guarded);
}
