import type { Grades, SubmissionGrade } from '../model/grade.ts';
import type { Status } from '../model/status.ts';
import { STATUS_WORDS } from './status-words.ts';

/** Figures of a class. Points are those of graded submissions only, without pending ones. */
export interface Summary {
  count: number;
  graded: number;
  rejected: number;
  /** Submissions in which the grader itself failed, as a whole or in one criterion. */
  internalErrors: number;
  /** Largest sum of points that a submission could get. */
  maxPoints: number;
  /** Absent where nothing was graded. */
  points?: { mean: number; median: number; min: number; max: number };
  pendingPoints: number;
  pendingSubmissions: number;
}

export function summarise(grades: Grades): Summary {
  const { submissions } = grades;
  const graded = submissions.filter(({ status }) => status === 'graded');
  const sorted = graded.map(({ points }) => points).sort((a, b) => a - b);
  const pending = submissions.filter((submission) => submission.pending > 0);
  const summary: Summary = {
    count: submissions.length,
    graded: graded.length,
    rejected: submissions.filter(({ status }) => status === 'rejected').length,
    internalErrors: submissions.filter(hasInternalError).length,
    maxPoints: submissions.reduce((most, { maxPoints }) => Math.max(most, maxPoints), 0),
    pendingPoints: pending.reduce((sum, submission) => sum + submission.pending, 0),
    pendingSubmissions: pending.length,
  };
  if (sorted.length > 0) {
    const middle = sorted.length >> 1;
    summary.points = {
      mean: sorted.reduce((sum, x) => sum + x, 0) / sorted.length,
      median: sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2,
      min: sorted[0]!,
      max: sorted[sorted.length - 1]!,
    };
  }
  return summary;
}

export function hasInternalError(submission: SubmissionGrade): boolean {
  return (
    submission.status === 'internal-error' || submission.criteria.some(({ status }) => status === 'internal-error')
  );
}

export interface Bin {
  /** From this number of points on, up to the next bin's; the last bin holds full marks too. */
  from: number;
  to: number;
  count: number;
}

/** `bins` equal intervals of [0, maxPoints]; points outside (a bonus, a deduction) count in the bin at the edge. */
export function histogram(points: readonly number[], maxPoints: number, bins = 10): Bin[] {
  if (!(maxPoints > 0)) return [];
  const result = Array.from({ length: bins }, (_, i) => ({
    from: (maxPoints * i) / bins,
    to: (maxPoints * (i + 1)) / bins,
    count: 0,
  }));
  for (const x of points) {
    const bin = Math.floor((x / maxPoints) * bins);
    result[Math.min(bins - 1, Math.max(0, bin))]!.count++;
  }
  return result;
}

/** How often a criterion was fulfilled, over the submissions that were taken in. */
export interface CriterionCount {
  id: string;
  exercise: string;
  title: string;
  of: number;
  failed: number;
  partial: number;
  accepted: number;
  /** Skipped, to be marked by hand, inconclusive, or the grader's own error: says nothing about the student. */
  open: number;
}

/** Most often failed first; in the rubric's order where equal. */
export function countCriteria(grades: Grades): CriterionCount[] {
  const counts = new Map<string, CriterionCount>();
  for (const submission of grades.submissions) {
    if (submission.status === 'rejected') continue;
    for (const { id, exercise, title, status } of submission.criteria) {
      let count = counts.get(id);
      if (count === undefined) {
        count = { id, exercise, title, of: 0, failed: 0, partial: 0, accepted: 0, open: 0 };
        counts.set(id, count);
      }
      count.of++;
      count[outcomeOf(status)]++;
    }
  }
  return [...counts.values()].sort((a, b) => b.failed - a.failed || b.partial - a.partial);
}

function outcomeOf(status: Status): 'failed' | 'partial' | 'accepted' | 'open' {
  const outcomes = {
    bad: 'failed',
    part: 'partial',
    good: 'accepted',
    wait: 'open',
    idle: 'open',
    staff: 'open',
  } as const;
  return outcomes[STATUS_WORDS[status].tone];
}

export interface MistakeCount {
  id: string;
  message: string;
  exercise: string;
  criteria: string[];
  /** Submissions with this mistake, each once however many criteria show it. */
  submissions: string[];
}

/** Named mistakes, most common first. The same id in another exercise is another mistake. */
export function countMistakes(grades: Grades): MistakeCount[] {
  const counts = new Map<string, MistakeCount & { seen: Set<string> }>();
  for (const submission of grades.submissions) {
    for (const { mistake, exercise, title } of submission.criteria) {
      if (mistake === undefined) continue;
      const key = JSON.stringify([exercise, mistake.id]);
      let count = counts.get(key);
      if (count === undefined) {
        const { id, message } = mistake;
        count = { id, message, exercise, criteria: [], submissions: [], seen: new Set() };
        counts.set(key, count);
      }
      if (!count.criteria.includes(title)) count.criteria.push(title);
      if (!count.seen.has(submission.id)) count.submissions.push(submission.id);
      count.seen.add(submission.id);
    }
  }
  const mistakes = [...counts.values()].map(({ seen: _, ...count }) => count);
  return mistakes.sort((a, b) => b.submissions.length - a.submissions.length);
}
