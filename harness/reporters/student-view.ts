import type { CriterionGrade, Grades, SubmissionGrade } from '../model/grade.ts';
import { worstStatus } from '../model/status.ts';
import { type Capped, cap, capLine } from './cap.ts';
import { type EvidenceView, evidenceViews, type Pictures } from './evidence-view.ts';
import { type LateView, lateView } from './late-view.ts';
import { formatPoints } from './numbers.ts';
import { isOpen } from './open.ts';
import { displayNames, showDate } from './people.ts';
import { type Provenance, provenance } from './provenance.ts';
import { STATUS_WORDS, type StatusWords } from './status-words.ts';
import { studentGrade } from './student-grade.ts';

/** All that the template of a student's page writes down. Texts are raw: the renderer makes them visible and escapes them. */
export interface StudentView {
  documentTitle: string;
  assignment: string;
  title: string;
  names: string[];
  ids: string | null;
  submittedAt: string | null;
  /** null where nothing was taken in. */
  score: ScoreView | null;
  rejection: { message: string } | null;
  internalError: boolean;
  late: LateView | null;
  remarks: string[] | null;
  /** Whether nothing was lost by what the remarks tell of. */
  remarksAreFree: boolean;
  exercises: ExerciseView[];
  provenance: Provenance;
}

export interface ScoreView {
  points: string;
  maxPoints: string;
  pending: string | null;
  /** Per cent of the bar. */
  earnedShare: number;
  pendingShare: number;
}

export interface ExerciseView {
  anchor: string;
  id: string;
  title: string;
  points: string;
  maxPoints: string;
  badge: StatusWords;
  criteria: CriterionView[];
  output: Capped | null;
  /** Hidden tests ran here, so that what the program printed could give them away. */
  outputHidden: boolean;
}

export interface CriterionView {
  title: string;
  function: string | null;
  badge: StatusWords;
  points: string;
  maxPoints: string;
  open: boolean;
  summary: string;
  mistake: MistakeView | null;
  evidence: EvidenceView[] | null;
}

export interface MistakeView {
  name: string;
  message: string;
  hint: string | null;
  /** The criterion above that shows the same mistake, so that it need not be explained again. */
  sameAs: string | null;
}

const OUTPUT_LIMIT = 12_000;

/**
 * One student's page. Of a grade that was not yet made fit for its student only what the student may see is shown.
 */
export function studentView(grades: Grades, full: SubmissionGrade, pictures: Pictures): StudentView {
  const submission = studentGrade(full);
  const { names, ids } = displayNames(submission);
  return {
    documentTitle: `${capLine(names.join(', '), 120)} – ${grades.title}`,
    assignment: grades.assignment,
    title: grades.title,
    names,
    ids: ids === '' ? null : ids,
    submittedAt: submission.submittedAt === undefined ? null : showDate(submission.submittedAt),
    score: submission.status === 'rejected' ? null : scoreView(submission),
    rejection: submission.status === 'rejected' ? { message: submission.message ?? '' } : null,
    internalError: submission.status === 'internal-error',
    late: lateView(submission.late),
    remarks: (submission.remarks?.length ?? 0) > 0 ? submission.remarks! : null,
    remarksAreFree: submission.criteria.every(({ status }) => status !== 'missing'),
    // A rejection says the same at every criterion: once is enough.
    exercises: submission.status === 'rejected' ? [] : exerciseViews(grades, submission, pictures),
    provenance: provenance(grades),
  };
}

function scoreView({ points, maxPoints, pending, status }: SubmissionGrade): ScoreView {
  const share = (x: number) =>
    maxPoints > 0 ? Math.min(100, Math.max(0, Math.round((x / maxPoints) * 1e4) / 100)) : 0;
  return {
    points: formatPoints(points),
    maxPoints: formatPoints(maxPoints),
    pending: pending > 0 ? pendingSentence(pending, status) : null,
    earnedShare: share(points),
    pendingShare: share(pending),
  };
}

function pendingSentence(pending: number, status: SubmissionGrade['status']): string {
  const count = pending === 1 ? '1 point is' : `${formatPoints(pending)} points are`;
  return status === 'graded' ? `${count} still to be given by a person.` : `${count} still open.`;
}

function exerciseViews(grades: Grades, submission: SubmissionGrade, pictures: Pictures): ExerciseView[] {
  const byExercise = new Map<string, CriterionGrade[]>();
  for (const criterion of submission.criteria) {
    const group = byExercise.get(criterion.exercise);
    if (group === undefined) byExercise.set(criterion.exercise, [criterion]);
    else group.push(criterion);
  }
  return [...byExercise].map(([id, criteria], index) => {
    const output = submission.output?.[id] ?? '';
    const explained = new Map<string, string>();
    return {
      anchor: `exercise-${index + 1}`,
      id,
      title: grades.exercises?.[id] ?? id,
      points: formatPoints(sum(criteria.map(({ points }) => points))),
      maxPoints: formatPoints(sum(criteria.map(({ maxPoints }) => maxPoints))),
      badge: STATUS_WORDS[worstStatus(criteria.map(({ status }) => status))],
      criteria: criteria.map((criterion) => criterionView(criterion, pictures, explained)),
      outputHidden: criteria.some(({ visibility }) => visibility === 'hidden'),
      output: output.trim() === '' ? null : cap(output, OUTPUT_LIMIT),
    };
  });
}

function criterionView(criterion: CriterionGrade, pictures: Pictures, explained: Map<string, string>): CriterionView {
  const shown = STATUS_WORDS[criterion.status];
  const evidence = evidenceViews(criterion.evidence, pictures);
  return {
    title: criterion.title,
    function: criterion.visibility === 'hidden' ? null : (criterion.function ?? null),
    badge: shown,
    points: isOpen(criterion) ? '–' : formatPoints(criterion.points),
    maxPoints: formatPoints(criterion.maxPoints),
    open: criterion.status !== 'accepted',
    summary: criterion.summary === '' ? shown.meaning : criterion.summary,
    mistake: mistakeView(criterion, explained),
    evidence: evidence.length === 0 ? null : evidence,
  };
}

/** `explained`: the mistake → title of the criterion where it was explained first. */
function mistakeView({ mistake, title, summary }: CriterionGrade, explained: Map<string, string>): MistakeView | null {
  if (mistake === undefined) return null;
  const { id, message, hint = null } = mistake;
  // What the numbers themselves show ("this is twice the expected result") is part of the summary.
  if (hint === null && summary.includes(message)) return null;
  const key = JSON.stringify([id, message, hint]);
  const sameAs = explained.get(key) ?? null;
  if (sameAs === null) explained.set(key, title);
  return { name: /^[a-z\d]+(-[a-z\d]+)*$/.test(id) ? id.replaceAll('-', ' ') : id, message, hint, sameAs };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, x) => total + x, 0);
}
