import { closest } from 'fastest-levenshtein';
import type { CriterionGrade, Grades, SubmissionGrade } from '../model/grade.ts';
import { worstStatus } from '../model/status.ts';
import { formatPoints } from './numbers.ts';
import { isOpen } from './open.ts';
import { displayNames, showDate } from './people.ts';
import { summarise } from './statistics.ts';
import { STATUS_WORDS, type StatusWords, SUBMISSION_WORDS, type Tone } from './status-words.ts';
import { pad, textWidth, wrap } from './text-width.ts';
import { visibleDeep, visibleLine } from './visible.ts';

export interface TerminalOptions {
  color?: boolean;
  /** Columns; at least 40 are used. */
  width?: number;
}

/** SGR parameters of ECMA-48. */
const SGR: Record<Tone | 'bold' | 'soft', string> = {
  good: '32',
  part: '33',
  bad: '31',
  wait: '36',
  idle: '2',
  staff: '35;1',
  bold: '1',
  soft: '2',
};

type Paint = (text: string, style: Tone | 'bold' | 'soft') => string;

/**
 * The grades for a terminal, for staff: the class as a table, or with `id` one submission with a sentence per criterion.
 * No control character of a student's gets out; the only escape sequences are colours, and none without `color`.
 * Throws where `id` is not in the grades; the message names the nearest one.
 */
export function renderTerminal(grades: Grades, id?: string, options: TerminalOptions = {}): string {
  const paint: Paint = options.color ? (text, style) => `\u001b[${SGR[style]}m${text}\u001b[0m` : (text) => text;
  const width = Math.max(40, options.width ?? 80);
  const lines = id === undefined ? classLines(grades, width, paint) : studentLines(grades, id, width, paint);
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function classLines(grades: Grades, width: number, paint: Paint): string[] {
  const exercises = [
    ...new Set(grades.submissions.flatMap(({ criteria }) => criteria.map(({ exercise }) => exercise))),
  ];
  const rows = grades.submissions.map((submission) => ({
    id: visibleLine(submission.id),
    names: visibleLine(namesBeside(submission)),
    points: pointsShown(submission),
    pending: submission.pending > 0 ? `+${formatPoints(submission.pending)}` : '',
    style: submission.status === 'graded' ? ('bold' as const) : SUBMISSION_WORDS[submission.status].tone,
    marks: exercises.map((exercise) => exerciseMarks(submission, exercise, paint)),
  }));
  const widest = (texts: readonly string[], least: number) => Math.max(least, ...texts.map(textWidth));
  const pointsWidth = widest(
    rows.map((row) => row.points),
    6,
  );
  const pendingWidth = widest(
    rows.map((row) => row.pending),
    7,
  );
  const marksWidths = exercises.map((_, i) =>
    widest(
      rows.map((row) => row.marks[i]!.plain),
      1,
    ),
  );
  const marksWidth = marksWidths.reduce((sum, x) => sum + x + 1, 0);
  const left = Math.max(20, width - pointsWidth - pendingWidth - marksWidth - 8);
  const idWidth = Math.min(
    widest(
      rows.map((row) => row.id),
      10,
    ),
    Math.ceil(left * 0.55),
  );
  const namesWidth = Math.min(
    widest(
      rows.map((row) => row.names),
      5,
    ),
    left - idWidth,
  );
  const line = (id: string, names: string, points: string, pending: string, marks: string) =>
    `${id}  ${names}  ${points}  ${pending}  ${marks}`;
  return [
    ...headLines(grades, paint),
    '',
    paint(
      line(
        pad('submission', idWidth),
        pad('names', namesWidth),
        pad('points', pointsWidth, 'right'),
        pad('open', pendingWidth, 'right'),
        'criteria',
      ),
      'soft',
    ),
    ...rows.map((row) =>
      line(
        pad(row.id, idWidth),
        pad(row.names, namesWidth),
        paint(pad(row.points, pointsWidth, 'right'), row.style),
        pad(row.pending, pendingWidth, 'right'),
        row.marks.map(({ painted, plain }, i) => painted + ' '.repeat(marksWidths[i]! - textWidth(plain))).join(' '),
      ),
    ),
    '',
    ...summaryLines(grades, width, paint),
    ...wrap(`criteria: ${legend(grades)}`, width).map((text) => paint(text, 'soft')),
    ...(exercises.length > 1
      ? wrap(`exercises from left to right: ${exercises.map(visibleLine).join(', ')}`, width).map((text) =>
          paint(text, 'soft'),
        )
      : []),
  ];
}

function pointsShown(submission: SubmissionGrade): string {
  if (submission.status === 'rejected') return SUBMISSION_WORDS.rejected.label;
  return submission.criteria.every(isOpen) ? '–' : formatPoints(submission.points);
}

/** Nothing where there is no name but the id, which stands in the first column. */
function namesBeside(submission: SubmissionGrade): string {
  const names = displayNames(submission).names.join(', ');
  return names === submission.id ? '' : names;
}

/** One symbol per criterion of an exercise. */
function exerciseMarks(
  submission: SubmissionGrade,
  exercise: string,
  paint: Paint,
): { plain: string; painted: string } {
  const words = submission.criteria
    .filter((criterion) => criterion.exercise === exercise)
    .map(({ status }) => STATUS_WORDS[status]);
  return {
    plain: words.map(({ symbol }) => symbol).join(''),
    painted: words.map(({ symbol, tone }) => paint(symbol, tone)).join(''),
  };
}

/** The symbols that occur, each with its tone's words. */
function legend(grades: Grades): string {
  const bySymbol = new Map<string, Set<string>>();
  for (const { criteria } of grades.submissions) {
    for (const { status } of criteria) {
      const { symbol, label } = STATUS_WORDS[status];
      bySymbol.set(symbol, (bySymbol.get(symbol) ?? new Set()).add(label));
    }
  }
  return [...bySymbol].map(([symbol, labels]) => `${symbol} ${[...labels].join(' or ')}`).join(', ');
}

function headLines(grades: Grades, paint: Paint): string[] {
  const { harness, environment, seed } = grades;
  const { level, missing } = environment.sandbox;
  const lines = [
    paint(visibleLine(`${grades.title} (${grades.assignment})`), 'bold'),
    paint(visibleLine(`graded ${showDate(grades.finishedAt)}, seed ${seed}, Gradus ${harness.version}`), 'soft'),
  ];
  const without = missing.length === 0 ? '' : visibleLine(`, without ${missing.join(', ')}`);
  const weak = level === 'partial' || level === 'none';
  lines.push(paint(`sandbox level ${level}${without}`, weak ? 'bad' : 'soft'));
  return lines;
}

function summaryLines(grades: Grades, width: number, paint: Paint): string[] {
  const { count, graded, rejected, internalErrors, points, maxPoints, pendingPoints } = summarise(grades);
  const lines = [`${count} submissions, ${graded} graded${rejected > 0 ? `, ${rejected} rejected` : ''}`];
  if (points !== undefined) {
    const { mean, median, min, max } = points;
    const ends = `lowest ${formatPoints(min)}, highest ${formatPoints(max)}`;
    lines.push(
      `points of ${formatPoints(maxPoints)}: mean ${mean.toFixed(1)}, median ${formatPoints(median)}, ${ends}`,
    );
  }
  if (pendingPoints > 0) lines.push(`${formatPoints(pendingPoints)} points are still open`);
  const wrapped = lines.flatMap((line) => wrap(line, width));
  if (internalErrors === 0) return wrapped;
  const warning = `${internalErrors} with an error of the grader itself: look at them before grades go out`;
  return [...wrapped, ...wrap(warning, width).map((line) => paint(line, 'staff'))];
}

function studentLines(grades: Grades, id: string, width: number, paint: Paint): string[] {
  const found = grades.submissions.find((submission) => submission.id === id);
  if (found === undefined) throw new Error(unknown(grades, id));
  const submission = visibleDeep(found);
  const { names, ids } = displayNames(submission);
  const lines = [
    paint(visibleLine(names.join(', ')), 'bold') + (ids === '' ? '' : paint(` (${visibleLine(ids)})`, 'soft')),
    ...headLines(grades, paint),
    '',
    scoreLine(submission, paint),
    ...indented(submission.message ?? '', width, ''),
    ...(submission.remarks ?? []).flatMap((remark) => indented(`remark: ${remark}`, width, '')),
  ];
  for (const exercise of new Set(submission.criteria.map((criterion) => criterion.exercise))) {
    const criteria = submission.criteria.filter((criterion) => criterion.exercise === exercise);
    const points = criteria.reduce((sum, criterion) => sum + criterion.points, 0);
    const maxPoints = criteria.reduce((sum, criterion) => sum + criterion.maxPoints, 0);
    const words = STATUS_WORDS[worstStatus(criteria.map(({ status }) => status))];
    lines.push(
      '',
      `${paint(visibleLine(exercise), 'bold')}  ${formatPoints(points)} / ${formatPoints(maxPoints)}  ${mark(words, paint)}`,
    );
    for (const criterion of criteria) lines.push(...criterionLines(criterion, width, paint));
  }
  return lines;
}

function scoreLine(submission: SubmissionGrade, paint: Paint): string {
  if (submission.status === 'rejected') return mark(SUBMISSION_WORDS.rejected, paint);
  const points = paint(formatPoints(submission.points), 'bold');
  const pending = submission.pending > 0 ? `, ${formatPoints(submission.pending)} still open` : '';
  return `${points} of ${formatPoints(submission.maxPoints)} points${pending}`;
}

function criterionLines(criterion: CriterionGrade, width: number, paint: Paint): string[] {
  const { label, symbol, tone } = STATUS_WORDS[criterion.status];
  const points = `${isOpen(criterion) ? '–' : formatPoints(criterion.points)} / ${formatPoints(criterion.maxPoints)}`;
  const kind = criterion.visibility === 'visible' ? '' : paint(` [${criterion.visibility}]`, 'soft');
  const lines = [
    `  ${paint(`${symbol} ${pad(label, 16)}`, tone)} ${pad(points, 9, 'right')}  ${visibleLine(criterion.title)}${kind}`,
  ];
  if (criterion.status === 'accepted') return lines;
  lines.push(...indented(criterion.summary, width, '      '));
  if (criterion.mistake !== undefined) {
    const { id, message, hint } = criterion.mistake;
    lines.push(...indented(`known mistake “${id}”: ${message}`, width, '      '));
    if (hint !== undefined) lines.push(...indented(`what to look at: ${hint}`, width, '      '));
  }
  if (criterion.status === 'internal-error') {
    const texts = criterion.evidence.flatMap((piece) => (piece.kind === 'text' ? [piece.text] : []));
    for (const text of texts)
      lines.push(
        ...text
          .split('\n')
          .slice(0, 8)
          .map((line) => `      ${line.trimEnd()}`),
      );
  }
  return lines;
}

function mark({ symbol, label, tone }: StatusWords, paint: Paint): string {
  return paint(`${symbol} ${label}`, tone);
}

function indented(text: string, width: number, indent: string): string[] {
  return wrap(text, width - indent.length).map((line) => indent + line);
}

function unknown(grades: Grades, id: string): string {
  const ids = grades.submissions.map((submission) => submission.id);
  const nearest = ids.length === 0 ? undefined : closest(id, ids);
  const hint = nearest === undefined ? 'There are none.' : `Did you mean “${visibleLine(nearest)}”?`;
  return `These grades have no submission called “${visibleLine(id)}”. ${hint}`;
}
