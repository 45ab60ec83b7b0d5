import type { CriterionGrade, Grades, SubmissionGrade } from '../model/grade.ts';
import { type Status, worstStatus } from '../model/status.ts';
import { axisOver } from './axis.ts';
import { capLine } from './cap.ts';
import { folderNames } from './folder-name.ts';
import { formatNumber, formatPoints } from './numbers.ts';
import { isOpen } from './open.ts';
import { displayNames } from './people.ts';
import { type Provenance, provenance } from './provenance.ts';
import { countCriteria, countMistakes, hasInternalError, histogram, type Summary, summarise } from './statistics.ts';
import { STATUS_WORDS, type StatusWords, SUBMISSION_WORDS, type Tone } from './status-words.ts';

/** All that the template of the class page writes down. It is for staff: hidden criteria and staff messages show. */
export interface ClassView {
  title: string;
  assignment: string;
  sandboxWarning: string | null;
  tiles: { label: string; value: string; of: string | null; tone: string }[];
  attention: { id: string; href: string; badge: StatusWords; message: string }[] | null;
  distribution: DistributionView | null;
  criteria: CriterionRow[];
  mistakes: MistakeRow[] | null;
  columns: { title: string; group: string | null; maxPoints: string }[];
  submissions: SubmissionRow[];
  provenance: Provenance;
}

export interface DistributionView {
  width: number;
  height: number;
  left: number;
  right: number;
  bottom: number;
  centreX: number;
  centreY: number;
  bars: { x: number; y: number; width: number; height: number; centre: number; count: number; label: string }[];
  xTicks: { at: number; label: string }[];
  yTicks: { at: number; label: string }[];
  median: { at: number; label: string };
  description: string;
}

export interface CriterionRow {
  title: string;
  exercise: string;
  failed: number;
  partial: number;
  accepted: number;
  open: number;
  of: number;
  failedShare: number;
  partialShare: number;
  acceptedShare: number;
  openShare: number;
}

export interface MistakeRow {
  id: string;
  message: string;
  exercise: string;
  criteria: string;
  count: number;
  share: number;
  /** The first few submissions with it. */
  examples: { id: string; href: string }[];
  more: number;
}

export interface SubmissionRow {
  id: string;
  href: string;
  names: string;
  badge: StatusWords;
  /** Not rejected at intake. */
  taken: boolean;
  /** The grader itself failed on a part of it. */
  failed: boolean;
  points: string;
  maxPoints: string;
  share: number;
  pending: string;
  /** To sort by. */
  order: { points: number; pending: number };
  cells: { badge: StatusWords; points: string; share: number }[] | null;
  columns: number;
}

/** Up to this many criteria get a column each; with more, one column an exercise. */
const MOST_CRITERION_COLUMNS = 8;
const MOST_MISTAKES = 20;
const MOST_EXAMPLES = 6;

export function classView(grades: Grades): ClassView {
  const folders = folderNames(grades.submissions.map(({ id }) => id));
  const href = (id: string) => `${encodeURIComponent(folders.get(id)!)}/index.html`;
  const columns = columnsOf(grades);
  const summary = summarise(grades);
  return {
    title: grades.title,
    assignment: grades.assignment,
    sandboxWarning: sandboxWarning(grades),
    tiles: tilesOf(summary),
    attention: attentionOf(grades, href),
    distribution: distributionOf(grades, summary),
    criteria: countCriteria(grades).map((count) => {
      const share = (n: number) => Math.round((n / count.of) * 1e4) / 100;
      const { failed, partial, accepted, open } = count;
      return {
        ...count,
        failedShare: share(failed),
        partialShare: share(partial),
        acceptedShare: share(accepted),
        openShare: share(open),
      };
    }),
    mistakes: mistakesOf(grades, summary, href),
    columns: columns.map(({ title, group, maxPoints }) => ({ title, group, maxPoints: formatPoints(maxPoints) })),
    submissions: grades.submissions.map((submission) => submissionRow(submission, columns, href)),
    provenance: provenance(grades),
  };
}

function sandboxWarning(grades: Grades): string | null {
  const { level } = grades.environment.sandbox;
  if (level === 'full' || level === 'strong') return null;
  return level === 'none'
    ? 'The programs ran without a sandbox. A hostile program could have reached the files and the network of this machine. Do not give marks by this run.'
    : 'The programs ran in a weak sandbox. It is enough to check one’s own work; other people’s work is better graded at level strong or full.';
}

function tilesOf(summary: Summary): ClassView['tiles'] {
  const max = formatPoints(summary.maxPoints);
  const tile = (label: string, value: string, of: string | null = null, tone = '') => ({ label, value, of, tone });
  const tiles = [tile('submissions', String(summary.count), `${summary.graded} graded`)];
  if (summary.points !== undefined) {
    const { mean, median, min, max: most } = summary.points;
    tiles.push(
      tile('mean', mean.toFixed(1), `of ${max} points`),
      tile('median', formatPoints(median), `of ${max} points`),
      tile('lowest to highest', `${formatPoints(min)}–${formatPoints(most)}`, `of ${max} points`),
    );
  }
  if (summary.pendingPoints > 0) {
    const people = summary.pendingSubmissions === 1 ? '1 submission' : `${summary.pendingSubmissions} submissions`;
    tiles.push(tile('points still open', formatPoints(summary.pendingPoints), `in ${people}`, 'wait'));
  }
  if (summary.rejected > 0) tiles.push(tile('rejected', String(summary.rejected), 'at intake', 'bad'));
  if (summary.internalErrors > 0) {
    tiles.push(tile('grader errors', String(summary.internalErrors), 'to look at before grades go out', 'staff'));
  }
  return tiles;
}

/** The grader's own errors first, then rejected submissions, then whatever else carries a message; one line each. */
function attentionOf(grades: Grades, href: (id: string) => string): ClassView['attention'] {
  const items = grades.submissions
    .filter(
      (submission) =>
        submission.message !== undefined || submission.status !== 'graded' || hasInternalError(submission),
    )
    .map((submission) => ({
      id: capLine(submission.id, 200),
      href: href(submission.id),
      badge: SUBMISSION_WORDS[hasInternalError(submission) ? 'internal-error' : submission.status],
      message: [submission.message ?? '', ...internalErrors(submission)].filter((text) => text !== '').join(' '),
    }));
  const rank = (tone: Tone) => (tone === 'staff' ? 0 : tone === 'bad' ? 1 : 2);
  items.sort((a, b) => rank(a.badge.tone) - rank(b.badge.tone));
  return items.length === 0 ? null : items;
}

/** What the grader said of its own failures: the first line of each, once. */
function internalErrors({ criteria }: SubmissionGrade): string[] {
  const failed = criteria.filter(({ status }) => status === 'internal-error');
  const texts = failed.flatMap(({ evidence }) =>
    evidence.flatMap((piece) => (piece.kind === 'text' ? [piece.text] : [])),
  );
  return [...new Set(texts.map((text) => capLine(text.split('\n', 1)[0]!)))].slice(0, 3);
}

const CHART = { width: 560, height: 260, left: 44, right: 548, top: 22, bottom: 214 };

function distributionOf(grades: Grades, summary: Summary): DistributionView | null {
  if (summary.points === undefined) return null;
  const points = grades.submissions.filter(({ status }) => status === 'graded').map((submission) => submission.points);
  const bins = histogram(points, summary.maxPoints);
  if (bins.length === 0) return null;
  const highest = Math.max(1, ...bins.map(({ count }) => count));
  const x = axisOver([0, summary.maxPoints], CHART.left, CHART.right);
  const y = axisOver([0, highest], CHART.bottom, CHART.top);
  const { median } = summary.points;
  return {
    ...CHART,
    centreX: (CHART.left + CHART.right) / 2,
    centreY: (CHART.top + CHART.bottom) / 2,
    bars: bins.map(({ from, to, count }, i) => {
      const left = x.place(from);
      const width = Math.round((x.place(to) - left) * 100) / 100;
      const top = y.place(count);
      return {
        x: left + 2,
        y: top,
        width: Math.max(1, width - 4),
        height: Math.max(0, CHART.bottom - top),
        centre: left + width / 2,
        count,
        label: `${formatNumber(from, 4)} ${i === bins.length - 1 ? 'to' : 'to below'} ${formatNumber(to, 4)} points: ${count}`,
      };
    }),
    xTicks: bins
      .map(({ from }) => from)
      .concat(summary.maxPoints)
      .map((value) => ({ at: x.place(value), label: formatNumber(value, 4) })),
    yTicks: y.ticks
      .filter(({ value }) => Number.isInteger(value))
      .map(({ at, value }) => ({ at, label: String(value) })),
    median: { at: x.place(Math.min(summary.maxPoints, Math.max(0, median))), label: `median ${formatPoints(median)}` },
    description: `Distribution of points. ${bins
      .filter(({ count }) => count > 0)
      .map(({ from, to, count }) => `${formatNumber(from, 4)} to ${formatNumber(to, 4)}: ${count}`)
      .join('; ')}`,
  };
}

function mistakesOf(grades: Grades, summary: Summary, href: (id: string) => string): MistakeRow[] | null {
  const mistakes = countMistakes(grades).slice(0, MOST_MISTAKES);
  if (mistakes.length === 0) return null;
  return mistakes.map(({ id, message, exercise, criteria, submissions }) => ({
    id,
    message,
    exercise,
    criteria: criteria.join(', '),
    count: submissions.length,
    share: Math.round((submissions.length / Math.max(1, summary.graded)) * 1e4) / 100,
    examples: submissions.slice(0, MOST_EXAMPLES).map((submission) => ({ id: submission, href: href(submission) })),
    more: Math.max(0, submissions.length - MOST_EXAMPLES),
  }));
}

interface Column {
  title: string;
  /** The exercise that a criterion's column belongs to. */
  group: string | null;
  maxPoints: number;
  has(criterion: CriterionGrade): boolean;
}

function columnsOf(grades: Grades): Column[] {
  const criteria = new Map<string, CriterionGrade>();
  for (const submission of grades.submissions) {
    for (const criterion of submission.criteria) {
      if (!criteria.has(criterion.id)) criteria.set(criterion.id, criterion);
    }
  }
  const all = [...criteria.values()];
  const exercises = [...new Set(all.map(({ exercise }) => exercise))];
  if (all.length <= MOST_CRITERION_COLUMNS) {
    return exercises.flatMap((exercise) =>
      all
        .filter((criterion) => criterion.exercise === exercise)
        .map(({ id, title, maxPoints }) => ({
          title,
          group: exercises.length > 1 ? exercise : null,
          maxPoints,
          has: (other) => other.id === id,
        })),
    );
  }
  return exercises.map((exercise) => ({
    title: exercise,
    group: null,
    maxPoints: all
      .filter((criterion) => criterion.exercise === exercise)
      .reduce((total, { maxPoints }) => total + maxPoints, 0),
    has: (criterion) => criterion.exercise === exercise,
  }));
}

function submissionRow(
  submission: SubmissionGrade,
  columns: readonly Column[],
  href: (id: string) => string,
): SubmissionRow {
  const taken = submission.status !== 'rejected';
  const { names } = displayNames(submission);
  const own = names.join(', ');
  return {
    id: capLine(submission.id, 200),
    href: href(submission.id),
    names: own === submission.id ? '' : own,
    badge: SUBMISSION_WORDS[submission.status],
    taken,
    failed: submission.status === 'internal-error',
    points: submission.criteria.every(isOpen) ? '–' : formatPoints(submission.points),
    maxPoints: formatPoints(submission.maxPoints),
    share: percentage(submission.points, submission.maxPoints),
    pending: submission.pending > 0 ? formatPoints(submission.pending) : '',
    order: { points: taken ? submission.points : -1, pending: submission.pending },
    cells: taken ? columns.map((column) => cellOf(submission.criteria.filter(column.has))) : null,
    columns: columns.length,
  };
}

const NOTHING: StatusWords = { label: 'not there', symbol: '–', tone: 'idle', meaning: '' };

function cellOf(criteria: readonly CriterionGrade[]): { badge: StatusWords; points: string; share: number } {
  if (criteria.length === 0) return { badge: NOTHING, points: '', share: -1 };
  const points = criteria.reduce((total, criterion) => total + criterion.points, 0);
  const maxPoints = criteria.reduce((total, criterion) => total + criterion.maxPoints, 0);
  const status: Status = worstStatus(criteria.map((criterion) => criterion.status));
  const shown = criteria.every(isOpen) ? '–' : formatPoints(points);
  return { badge: STATUS_WORDS[status], points: shown, share: percentage(points, maxPoints) };
}

function percentage(points: number, maxPoints: number): number {
  return maxPoints > 0 ? Math.min(100, Math.max(0, Math.round((points / maxPoints) * 1e4) / 100)) : 0;
}
