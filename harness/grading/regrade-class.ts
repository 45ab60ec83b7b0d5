import * as path from 'node:path';
import pLimit from 'p-limit';
import { loadCatalogue } from '../catalogue.ts';
import type { ExerciseRun } from '../exercise-run.ts';
import { UsageError } from '../intake/errors.ts';
import { judgeSubmission, ungradedFile } from '../judge-submission.ts';
import type { Profile } from '../model/exercise.ts';
import type { SubmissionGrade } from '../model/grade.ts';
import type { Observation } from '../model/observation.ts';
import { folderNames } from '../reporters/folder-name.ts';
import { writeReports } from '../reporters/write.ts';
import type { Rubric } from '../rubric/schema.ts';
import { detectLevel } from '../sandbox/level.ts';
import { type Facts, type ObservationKey, type RunRecord, Store } from '../store.ts';
import { chooseExercises } from './choose-exercises.ts';
import { WeakestSandbox } from './environment.ts';
import { findRubric } from './find-rubric.ts';
import { gradesRecord } from './grades-record.ts';
import { readPicture, writePictures } from './pictures.ts';
import { Sandboxes } from './sandboxes.ts';
import { startExercises } from './start-exercises.ts';
import { Stopped } from './stop.ts';
import type { GradeResult, RegradeOptions, Report } from './types.ts';

/** Submissions read from the disk while one is judged. */
const READ_AHEAD = 8;

/**
 * Judges the stored observations of a run again under the present rubric and checks. Runs no student's program, and starts a
 * sandbox only where the reference or a known mistake is not stored. Nothing is changed before all of it is judged.
 * Throws UsageError where observations are wanting, Stopped when told to stop.
 */
export async function regradeClass(
  out: string,
  options: RegradeOptions,
  report: Report,
  stop: AbortSignal,
): Promise<GradeResult> {
  const store = await Store.existing(path.resolve(out));
  const sandboxes = new Sandboxes(detectLevel, 0);
  const end = (): void => void sandboxes.close();
  stop.addEventListener('abort', end);
  try {
    const run = (await store.readRun())!;
    const catalogue = await loadCatalogue();
    const entries = chooseExercises(catalogue, run.assignment, run.only);
    const rubric = await findRubric(run.assignment, catalogue, options.rubric ?? run.rubric);
    const facts = await store.readFacts(run.submissions);
    report({ kind: 'start', total: facts.length, assignment: run.assignment, seed: run.seed, out: store.out });
    noteMissing(run, facts, report);
    const profile: Profile = run.training ?? 'full';
    const task = { seed: run.seed, profile, jobs: options.jobs, backend: options.backend };
    const { started } = await startExercises(entries, rubric, sandboxes, task, report, stop);
    await store.confirm();
    const weakest = new WeakestSandbox();
    const noted = new Set<string>();
    const grades = await judgeAll({ store, rubric, run, facts, started, weakest, noted, report, stop });
    report({ kind: 'writing' });
    const sandbox = weakest.value({ level: 'none', missing: ['nothing was run'] });
    const record = gradesRecord(rubric, run, sandbox, options.backend, catalogue, grades);
    const folders = folderNames(facts.map(({ id }) => id));
    await writeReports(store.out, record, (id, file) => readPicture(store.out, folders.get(id)!, file));
    return { out: store.out, grades: record, faults: [...noted], stopped: false };
  } finally {
    stop.removeEventListener('abort', end);
    await sandboxes.close();
    await store.close();
  }
}

interface Work {
  store: Store;
  rubric: Rubric;
  run: RunRecord;
  facts: readonly Facts[];
  started: ReadonlyMap<string, ExerciseRun>;
  weakest: WeakestSandbox;
  /** Faults of the grader that cost no points; each is told once. */
  noted: Set<string>;
  report: Report;
  stop: AbortSignal;
}

/** Judges every submission, and writes its pictures. Throws before anything is written where an observation is wanting. */
async function judgeAll(work: Work): Promise<SubmissionGrade[]> {
  const { store, rubric, run, facts, started, weakest, noted, report, stop } = work;
  await refuseUnobserved(work);
  const folders = folderNames(facts.map(({ id }) => id));
  const only = run.only === undefined ? undefined : new Set(run.only);
  const limit = pLimit(READ_AHEAD);
  const judgeOne = async (item: Facts): Promise<SubmissionGrade> => {
    if (stop.aborted) throw new Stopped();
    const began = performance.now();
    const observations = await readObservations(work, item);
    const judged = await judgeSubmission(rubric, started, item, observations, store, only);
    // The known mistakes may have been ended in the middle, and names would be wanting.
    if (stop.aborted) throw new Stopped();
    for (const observation of observations.values()) weakest.add(observation);
    await writePictures(store.out, folders.get(item.id)!, judged);
    for (const text of judged.notes.filter((note) => !noted.has(note))) report({ kind: 'note', text });
    for (const text of judged.notes) noted.add(text);
    report({ kind: 'done', id: item.id, grade: judged.grade, ms: performance.now() - began, stored: true });
    return judged.grade;
  };
  return Promise.all(facts.map((item) => limit(judgeOne, item)));
}

/** The exercises that an observation of this submission is needed in, with its key. */
function keysOf({ started, run }: Work, facts: Facts): ObservationKey[] {
  if (!('files' in facts)) return [];
  return [...started]
    .filter(([id, exercise]) => facts.faults[id] === undefined && ungradedFile(exercise, facts.files) === undefined)
    .map(([exercise, { fingerprint }]) => ({ hash: facts.hash, exercise, seed: run.seed, fingerprint }));
}

async function refuseUnobserved(work: Work): Promise<void> {
  const absent = new Map<string, string[]>();
  for (const item of work.facts) {
    for (const key of keysOf(work, item)) {
      if (await work.store.hasObservation(key)) continue;
      absent.set(key.exercise, [...(absent.get(key.exercise) ?? []), item.id]);
    }
  }
  for (const [exercise, ids] of absent) throw notObserved(exercise, ids, work.facts.length, work.store.out);
}

async function readObservations(work: Work, facts: Facts): Promise<Map<string, Observation>> {
  const observations = new Map<string, Observation>();
  for (const key of keysOf(work, facts)) {
    const observation = await work.store.readObservation(key);
    if (observation === undefined) throw notObserved(key.exercise, [facts.id], work.facts.length, work.store.out);
    observations.set(key.exercise, observation);
  }
  return observations;
}

function notObserved(exercise: string, ids: string[], total: number, out: string): UsageError {
  const shown = ids.sort().slice(0, 3).join(', ');
  return new UsageError(
    `${ids.length} of ${total} submissions (${shown}${ids.length > 3 ? ', …' : ''}) were not run in ${exercise} as it is now: its cases, its limits or the worker have changed`,
    out,
    'Run `gradus grade` with the same folder and --out again, and only what is missing is run; nothing was changed',
  );
}

function noteMissing(run: RunRecord, facts: readonly Facts[], report: Report): void {
  const known = new Set(facts.map(({ id }) => id));
  const missing = (run.submissions ?? []).filter((id) => !known.has(id));
  if (missing.length === 0) return;
  const text = `Not graded yet, and therefore left out: ${missing.slice(0, 5).join(', ')}${missing.length > 5 ? ` and ${missing.length - 5} more` : ''}. Run \`gradus grade\` again to grade them.`;
  report({ kind: 'note', text });
}
