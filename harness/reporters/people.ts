import type { SubmissionGrade } from '../model/grade.ts';
import { capLine } from './cap.ts';

/**
 * Who handed in: the names, else the students' ids, else the submission's id; and the ids that the names leave out
 * (the submission's first), joined by commas.
 */
export function displayNames(submission: SubmissionGrade): { names: string[]; ids: string } {
  const names = submission.students
    .map(({ name, id, email }) => name || id || email || '')
    .filter((name) => name !== '');
  const shown = names.length > 0 ? names : [submission.id];
  const ids = [submission.id, ...submission.students.map(({ id }) => id ?? '')];
  const others = [...new Set(ids)].filter((id) => id !== '' && !shown.includes(id));
  return { names: shown.map((name) => capLine(name, 200)), ids: capLine(others.join(', '), 400) };
}

/** `2026-05-14T09:30:12.345+02:00` → `2026-05-14 07:30 UTC`; what is no date stays as it is. */
export function showDate(text: string): string {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return text;
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
