import { UsageError } from './intake/errors.ts';
import type { CriterionGrade, SubmissionGrade } from './model/grade.ts';
import type { Status } from './model/status.ts';
import type { Rejected } from './model/submission.ts';
import type { Evidence, Verdict } from './model/verdict.ts';
import { fromHundredths, hundredths, percentOf, shareOf } from './rubric/points.ts';
import type { Criterion, LatePolicy, ManualCriterion, Rubric } from './rubric/schema.ts';

/** What scoring needs to know of a submission beside its verdicts. */
export interface SubmissionFacts {
  id: string;
  students: SubmissionGrade['students'];
  submittedAt?: string;
  remarks?: readonly string[];
  /** The student's own output, per exercise. */
  output?: Record<string, string>;
  /** Points that a person gave, by criterion id. */
  manual?: Record<string, { points: number; comment?: string }>;
}

export interface ScoreOptions {
  /** Only criteria of these exercises; the others are left out, and their points are not counted as possible. */
  only?: ReadonlySet<string>;
}

type EvidenceRecord = CriterionGrade['evidence'][number];
type Result = Pick<CriterionGrade, 'status' | 'summary' | 'mistake' | 'evidence'> & {
  /** In hundredths. */
  got: number;
  /** In hundredths: not decided yet. */
  open: number;
};

const DAY_MS = 86_400_000;
// A criterion that needs one of these is not held back: it got its points, or cannot help that it did not (yet).
const DOES_NOT_BLOCK = new Set<Status>(['accepted', 'inconclusive', 'manual', 'internal-error']);
const FULL_SHARE = new Set<Status>(['accepted', 'inconclusive']);

/**
 * The grade of one submission from its verdicts (by criterion id). Pure.
 *
 * - Points are share × points, rounded half up to hundredths; sums are exact. `inconclusive` costs nothing.
 * - A criterion whose `needs` did not get their points is `skipped`.
 * - Manual criteria (but those of which a verdict says that nothing was handed in for them), and those where the grader itself failed (`internal-error`, also for a verdict that is not there), count as
 *   `pending` points until a person gives theirs in `facts.manual`.
 * - The late policy takes its percentage of the points reached.
 */
export function score(
  rubric: Rubric,
  verdicts: Readonly<Record<string, Verdict>>,
  facts: SubmissionFacts,
  options: ScoreOptions = {},
): SubmissionGrade {
  const criteria = rubric.criteria.filter(({ exercise }) => options.only?.has(exercise) ?? true);
  const results = resultsOf(criteria, verdicts, facts);
  const grades = criteria.map((criterion) => criterionGrade(criterion, results.get(criterion.id)!));
  const reached = sumOf(results.values(), ({ got }) => got);
  const late = lateness(rubric.late, facts.submittedAt, reached);
  const broken = grades.filter(({ status }) => status === 'internal-error');
  return {
    ...headOf(facts),
    status: broken.length > 0 ? 'internal-error' : 'graded',
    points: fromHundredths(reached - (late?.deduction ?? 0)),
    maxPoints: maxPointsOf(criteria),
    pending: fromHundredths(sumOf(results.values(), ({ open }) => open)),
    ...(late ? { late: late.record } : {}),
    ...(broken.length > 0 ? { message: `The grader failed on: ${broken.map(({ id }) => id).join(', ')}.` } : {}),
    ...(facts.remarks && facts.remarks.length > 0 ? { remarks: [...facts.remarks] } : {}),
    ...(facts.output && Object.keys(facts.output).length > 0 ? { output: { ...facts.output } } : {}),
    criteria: grades,
  };
}

/** The grade of a hand-in that was not taken in: no points, and the reason at every criterion. */
export function scoreRejected(rubric: Rubric, rejected: Rejected, options: ScoreOptions = {}): SubmissionGrade {
  const criteria = rubric.criteria.filter(({ exercise }) => options.only?.has(exercise) ?? true);
  const result = plain('rejected', rejected.message);
  return {
    id: rejected.id,
    students: [],
    status: 'rejected',
    points: 0,
    maxPoints: maxPointsOf(criteria),
    pending: 0,
    message: rejected.message,
    criteria: criteria.map((criterion) => criterionGrade(criterion, result)),
  };
}

/**
 * What the student may see of a grade. Hidden criteria keep title, status and points, without what would give their inputs
 * away: evidence, mistake, summary, and the program's own output in an exercise that has them. Criteria for staff go.
 */
export function forStudent(grade: SubmissionGrade): SubmissionGrade {
  const hiding = new Set(
    grade.criteria.filter(({ visibility }) => visibility !== 'visible').map(({ exercise }) => exercise),
  );
  const criteria = grade.criteria
    .filter(({ visibility }) => visibility !== 'staff')
    .map((criterion) => (criterion.visibility === 'hidden' ? withoutDetails(criterion) : criterion));
  const { output, message, ...rest } = grade;
  const shown = Object.entries(output ?? {}).filter(([exercise]) => !hiding.has(exercise));
  const forStudents =
    grade.status === 'internal-error'
      ? 'Part of your submission could not be graded because the grader failed. This costs you nothing; the teaching staff will look at it.'
      : message;
  return {
    ...rest,
    ...(forStudents === undefined ? {} : { message: forStudents }),
    ...(shown.length > 0 ? { output: Object.fromEntries(shown) } : {}),
    criteria,
  };
}

function withoutDetails(criterion: CriterionGrade): CriterionGrade {
  const { mistake: _, ...rest } = criterion;
  const summary =
    criterion.status === 'accepted'
      ? 'This test with hidden inputs was passed.'
      : 'This is a test with hidden inputs; its details are not shown.';
  return { ...rest, summary, evidence: [] };
}

function headOf({ id, students, submittedAt }: SubmissionFacts) {
  return { id, students: students.map((student) => ({ ...student })), ...(submittedAt ? { submittedAt } : {}) };
}

/** In the order of `needs`, whatever the order in the rubric. */
function resultsOf(
  criteria: readonly Criterion[],
  verdicts: Readonly<Record<string, Verdict>>,
  facts: SubmissionFacts,
): Map<string, Result> {
  const byId = new Map(criteria.map((criterion) => [criterion.id, criterion]));
  const results = new Map<string, Result>();
  const resolve = (criterion: Criterion): Result => {
    const known = results.get(criterion.id);
    if (known) return known;
    // A needed criterion that is left out of this run holds nothing back.
    const needed = criterion.needs.flatMap((id) => byId.get(id) ?? []);
    const blocking = needed.find((other) => !DOES_NOT_BLOCK.has(resolve(other).status));
    const result = blocking
      ? plain('skipped', `This was not graded because it needs “${blocking.title}”, which did not get all its points.`)
      : resultOf(criterion, verdicts, facts);
    results.set(criterion.id, result);
    return result;
  };
  for (const criterion of criteria) resolve(criterion);
  return results;
}

function resultOf(criterion: Criterion, verdicts: Readonly<Record<string, Verdict>>, facts: SubmissionFacts): Result {
  const given = facts.manual && Object.hasOwn(facts.manual, criterion.id) ? facts.manual[criterion.id] : undefined;
  if (given) return givenResult(criterion, given);
  const verdict = Object.hasOwn(verdicts, criterion.id) ? verdicts[criterion.id] : undefined;
  if (criterion.manual && verdict === undefined) return pendingResult(criterion);
  return checkedResult(criterion, verdict);
}

function checkedResult(criterion: Criterion, verdict: Verdict | undefined): Result {
  const max = hundredths(criterion.points)!;
  if (!verdict) return graderFault(max, []);
  const { status, summary, share, mistake } = verdict;
  const evidence = verdict.evidence.map(toJsonEvidence);
  if (status === 'internal-error') return { ...graderFault(max, evidence), summary: summary || GRADER_FAULT };
  if (status === 'manual') return { status, summary, evidence, got: 0, open: max };
  const used = FULL_SHARE.has(status) ? 1 : share;
  // A share that is no share is a mistake of the check, not of the student.
  if (!(used >= 0 && used <= 1)) return graderFault(max, evidence);
  return {
    status,
    summary,
    evidence,
    ...(mistake ? { mistake: { ...mistake } } : {}),
    got: shareOf(max, used),
    open: 0,
  };
}

const GRADER_FAULT = 'The grader itself failed here. This costs you nothing; the teaching staff will look at it.';

function graderFault(max: number, evidence: EvidenceRecord[]): Result {
  return { status: 'internal-error', summary: GRADER_FAULT, evidence, got: 0, open: max };
}

function pendingResult(criterion: ManualCriterion): Result {
  const summary = 'A person grades this; the points are still open.';
  return { status: 'manual', summary, evidence: [], got: 0, open: hundredths(criterion.points)! };
}

function givenResult(criterion: Criterion, given: { points: number; comment?: string }): Result {
  const got = hundredths(given.points);
  const max = hundredths(criterion.points)!;
  if (got === undefined || got < 0 || got > max) {
    throw new UsageError(
      `${given.points} points cannot be given`,
      criterion.id,
      `Give 0 to ${criterion.points}, with at most two decimal places`,
    );
  }
  const status = got === max ? 'accepted' : got > 0 ? 'partial' : 'wrong-answer';
  return { status, summary: given.comment ?? 'Graded by a person.', evidence: [], got, open: 0 };
}

function plain(status: Status, summary: string): Result {
  return { status, summary, evidence: [], got: 0, open: 0 };
}

function criterionGrade(criterion: Criterion, result: Result): CriterionGrade {
  const { id, exercise, title, points, visibility } = criterion;
  return {
    id,
    exercise,
    ...(criterion.function === undefined ? {} : { function: criterion.function }),
    check: criterion.manual ? 'manual' : criterion.check,
    title,
    status: result.status,
    points: fromHundredths(result.got),
    maxPoints: points,
    visibility,
    summary: result.summary,
    ...(result.mistake ? { mistake: result.mistake } : {}),
    evidence: result.evidence,
  };
}

function maxPointsOf(criteria: readonly Criterion[]): number {
  return fromHundredths(sumOf(criteria, ({ points }) => hundredths(points)!));
}

function sumOf<T>(items: Iterable<T>, value: (item: T) => number): number {
  let sum = 0;
  for (const item of items) sum += value(item);
  return sum;
}

/** What the late policy takes, in hundredths, and its record. Days are counted from the deadline, each begun one whole. */
function lateness(
  policy: LatePolicy | undefined,
  submittedAt: string | undefined,
  reached: number,
): { deduction: number; record: Record<string, unknown> } | undefined {
  if (!policy) return undefined;
  const { deadline, graceMinutes, perDayPercent, maxPercent } = policy;
  if (submittedAt === undefined) {
    return { deduction: 0, record: { deadline, note: 'The time of submission is not known; nothing was deducted.' } };
  }
  const lateMs = Date.parse(submittedAt) - Date.parse(deadline);
  if (Number.isNaN(lateMs)) {
    return {
      deduction: 0,
      record: { deadline, submittedAt, note: 'The time of submission cannot be read; nothing was deducted.' },
    };
  }
  if (lateMs <= graceMinutes * 60_000) return undefined;
  const days = Math.ceil(lateMs / DAY_MS);
  const percent = Math.min(hundredths(maxPercent)!, days * hundredths(perDayPercent)!);
  const deduction = percentOf(reached, fromHundredths(percent));
  return {
    deduction,
    record: {
      deadline,
      submittedAt,
      days,
      percent: fromHundredths(percent),
      pointsBefore: fromHundredths(reached),
      deduction: fromHundredths(deduction),
    },
  };
}

/** Evidence as JSON can hold it: NaN and the infinities are words, since JSON would turn them into null. */
export function toJsonEvidence(evidence: Evidence): EvidenceRecord {
  switch (evidence.kind) {
    case 'table':
      return {
        ...evidence,
        rows: evidence.rows.map((row) => row.map((cell) => (typeof cell === 'number' ? jsonNumber(cell) : cell))),
      };
    case 'matrix':
      return { ...evidence, rows: evidence.rows.map((row) => row.map(jsonNumber)) };
    case 'series':
      return { ...evidence, series: evidence.series.map(finiteSeries) };
    default:
      return evidence;
  }
}

function jsonNumber(value: number): number | 'NaN' | 'Infinity' | '-Infinity' {
  return Number.isFinite(value) ? value : (String(value) as 'NaN' | 'Infinity' | '-Infinity');
}

/** A point at infinity cannot be drawn; that there were some is said in the name. */
function finiteSeries({ name, points }: { name: string; points: [number, number][] }) {
  const finite = points.filter((point) => point.every(Number.isFinite));
  const missing = points.length - finite.length;
  return { name: missing > 0 ? `${name} (${missing} not finite)` : name, points: finite };
}
