import type { HandedIn } from './artefacts/handed-in.ts';
import { judgeHandedIn } from './artefacts/judge.ts';
import { templatesOf } from './artefacts/templates.ts';
import type { ExerciseRun } from './exercise-run.ts';
import { brokenGrade, reasonOf } from './grading/broken-grade.ts';
import { nearestName } from './intake/nearest.ts';
import { canBeNamed, internalError, judgeAlone, nameVerdict } from './judge.ts';
import type { SubmissionGrade } from './model/grade.ts';
import type { Observation } from './model/observation.ts';
import type { Verdict } from './model/verdict.ts';
import type { CheckCriterion, ManualCriterion, Rubric } from './rubric/schema.ts';
import { score, scoreRejected } from './score.ts';
import type { Facts, Store, TakenFacts } from './store.ts';

export interface JudgedSubmission {
  grade: SubmissionGrade;
  /** Pictures and handed-in files of visible criteria by the file name that the evidence uses. */
  pictures: Record<string, Uint8Array>;
  /** The same of criteria that students do not see. */
  staffPictures: Record<string, Uint8Array>;
  /** What staff should know beside the grade: it cost no points. */
  notes: string[];
}

/** Verdicts on stored observations, and the points that the rubric gives for them. Runs no student's program. */
export async function judgeSubmission(
  rubric: Rubric,
  runs: ReadonlyMap<string, ExerciseRun>,
  facts: Facts,
  observations: ReadonlyMap<string, Observation>,
  store: Pick<Store, 'readHandedIn'>,
  only?: ReadonlySet<string>,
): Promise<JudgedSubmission> {
  const options = only === undefined ? {} : { only };
  const judged: JudgedSubmission = { grade: undefined!, pictures: {}, staffPictures: {}, notes: [] };
  if ('rejected' in facts) return { ...judged, grade: scoreRejected(rubric, facts, options) };
  if ('unread' in facts) return { ...judged, grade: brokenGrade(rubric, facts.id, facts.unread, options) };
  const verdicts: Record<string, Verdict> = {};
  let handedIn: Promise<HandedIn | undefined> | undefined;
  const readHandedIn = () => (handedIn ??= store.readHandedIn(facts));
  for (const criterion of rubric.criteria) {
    if (only !== undefined && !only.has(criterion.exercise)) continue;
    const verdict = criterion.manual
      ? await handedInVerdict(criterion, runs, readHandedIn)
      : await verdictOf(criterion, runs, facts, observations, judged.notes);
    if (verdict === undefined) continue;
    verdicts[criterion.id] = verdict;
    Object.assign(criterion.visibility === 'visible' ? judged.pictures : judged.staffPictures, verdict.files);
  }
  const output: Record<string, string> = {};
  for (const [exercise, observation] of observations)
    if (observation.output !== '') output[exercise] = observation.output;
  return { ...judged, grade: score(rubric, verdicts, { ...facts, output }, options) };
}

/** What was handed in for a person to grade; undefined where that is not known, so that it is left to the person. */
async function handedInVerdict(
  criterion: ManualCriterion,
  runs: ReadonlyMap<string, ExerciseRun>,
  read: () => Promise<HandedIn | undefined>,
): Promise<Verdict | undefined> {
  if (criterion.files.length === 0) return undefined;
  try {
    const handedIn = await read();
    if (handedIn === undefined) return undefined;
    const run = runs.get(criterion.exercise);
    return judgeHandedIn(criterion, handedIn, run === undefined ? [] : await templatesOf(run.entry.folder));
  } catch (error) {
    return internalError(error);
  }
}

async function verdictOf(
  criterion: CheckCriterion,
  runs: ReadonlyMap<string, ExerciseRun>,
  facts: TakenFacts,
  observations: ReadonlyMap<string, Observation>,
  notes: string[],
): Promise<Verdict> {
  const { exercise } = criterion;
  const run = runs.get(exercise);
  const ungraded = run === undefined ? undefined : ungradedFile(run, facts.files);
  if (ungraded !== undefined) return byHand(ungraded);
  const submission = observations.get(exercise);
  if (run === undefined || submission === undefined) {
    return internalError(new Error(facts.faults[exercise] ?? `Nothing was observed for ${exercise}.`));
  }
  return judgeCheck(run, submission, criterion, notes);
}

async function judgeCheck(
  run: ExerciseRun,
  submission: Observation,
  { check: checkId, tolerances }: CheckCriterion,
  notes: string[],
): Promise<Verdict> {
  const { checks, reference } = run;
  const check = checks.find((candidate) => candidate.id === checkId);
  if (check === undefined) return internalError(new Error(`there is no check ${checkId}`));
  const verdict = judgeAlone({ checks, submission, reference }, check, tolerances);
  if (!canBeNamed(check, verdict)) return verdict;
  try {
    // The known mistakes run when they are first asked for: a class without wrong answers needs none.
    return nameVerdict({ checks, submission, reference, mistakes: await run.mistakes() }, check, verdict);
  } catch (error) {
    // Without the names of mistakes the verdict still stands.
    notes.push(`Mistakes in ${run.entry.exercise.id} have no names this time, because ${reasonOf(error)}`);
    return verdict;
  }
}

/** The Python file that was handed in for an exercise in place of a TypeScript one; undefined where there is none. */
export function ungradedFile({ entry: { exercise } }: Pick<ExerciseRun, 'entry'>, files: readonly string[]) {
  const modules = new Set(Object.values(exercise.functions).map(({ module }) => module));
  const python = files.filter((file) => file.toLowerCase().endsWith('.py'));
  if (python.length === 0) return undefined;
  for (const module of modules) {
    if (files.some((file) => /^\.m?[jt]s$/.test(file.slice(module.length)) && file.startsWith(module)))
      return undefined;
    const found = nearestName(`${module}.py`, python);
    if (found !== undefined) return found;
  }
  return undefined;
}

function byHand(file: string): Verdict {
  return {
    status: 'manual',
    share: 0,
    summary: `${file} is a Python program. Python is not graded automatically yet, so a person grades this; the points are still open.`,
    evidence: [],
  };
}
