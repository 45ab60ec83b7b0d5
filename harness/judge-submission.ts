import type { ExerciseRun } from './exercise-run.ts';
import { internalError, judge } from './judge.ts';
import type { SubmissionGrade } from './model/grade.ts';
import type { Observation } from './model/observation.ts';
import type { Verdict } from './model/verdict.ts';
import type { Rubric } from './rubric/schema.ts';
import { score, scoreRejected } from './score.ts';
import type { Facts } from './store.ts';

export interface JudgedSubmission {
  grade: SubmissionGrade;
  /** PNG bytes by the file name that the evidence uses. */
  pictures: Record<string, Uint8Array>;
}

/** Checks that may give a wrong answer its name need the known mistakes, which run only when first needed. */
const NOT_NEEDED: [] = [];

/** Verdicts on stored observations, and the points that the rubric gives for them. Runs no student's program. */
export async function judgeSubmission(
  rubric: Rubric,
  runs: ReadonlyMap<string, ExerciseRun>,
  facts: Facts,
  observations: ReadonlyMap<string, Observation>,
  only?: ReadonlySet<string>,
): Promise<JudgedSubmission> {
  const options = only === undefined ? {} : { only };
  if ('rejected' in facts) return { grade: scoreRejected(rubric, facts, options), pictures: {} };
  const verdicts: Record<string, Verdict> = {};
  for (const criterion of rubric.criteria) {
    if (criterion.manual || (only !== undefined && !only.has(criterion.exercise))) continue;
    const run = runs.get(criterion.exercise);
    const submission = observations.get(criterion.exercise);
    verdicts[criterion.id] =
      run === undefined || submission === undefined
        ? internalError(new Error(`nothing was observed for ${criterion.exercise}`))
        : await verdictOf(run, submission, criterion.check, criterion.tolerances);
  }
  const output: Record<string, string> = {};
  for (const [exercise, observation] of observations)
    if (observation.output !== '') output[exercise] = observation.output;
  const grade = score(rubric, verdicts, { ...facts, output }, options);
  const pictures = Object.assign({}, ...Object.values(verdicts).map(({ files }) => files ?? {})) as Record<
    string,
    Uint8Array
  >;
  return { grade, pictures };
}

async function verdictOf(
  run: ExerciseRun,
  submission: Observation,
  checkId: string,
  overrides: Record<string, number>,
): Promise<Verdict> {
  const { checks, reference } = run;
  const check = checks.find(({ id }) => id === checkId);
  if (check === undefined) return internalError(new Error(`there is no check ${checkId}`));
  const first = judge({ checks, submission, reference, mistakes: NOT_NEEDED }, check, overrides);
  if (first.status !== 'wrong-answer') return first;
  try {
    return judge({ checks, submission, reference, mistakes: await run.mistakes() }, check, overrides);
  } catch (error) {
    // Without the names of mistakes the verdict still stands.
    return {
      ...first,
      evidence: [...first.evidence, { kind: 'text', title: 'For staff', text: String(error).slice(0, 500) }],
    };
  }
}
