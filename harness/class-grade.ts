import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import pLimit from 'p-limit';
import { type CatalogueEntry, loadCatalogue } from './catalogue.ts';
import { chooseAssignment } from './choose-assignment.ts';
import { ExerciseRun } from './exercise-run.ts';
import { listSubmissions, readEntry, type SubmissionEntry, UsageError } from './intake/intake.ts';
import { nearestName } from './intake/nearest.ts';
import { type JudgedSubmission, judgeSubmission } from './judge-submission.ts';
import type { Grades, SubmissionGrade } from './model/grade.ts';
import type { Observation } from './model/observation.ts';
import type { Rejected, Submission } from './model/submission.ts';
import { folderNames } from './reporters/folder-name.ts';
import { replaceFile } from './reporters/replace-file.ts';
import { writeReports } from './reporters/write.ts';
import { ROOT } from './root.ts';
import { loadRubric } from './rubric/load.ts';
import type { Catalogue, Rubric } from './rubric/schema.ts';
import type { WorkerBackend } from './sandbox/bundle.ts';
import { detectLevel, type LevelReport } from './sandbox/level.ts';
import { DEFAULT_LIMITS, WorkerPool } from './sandbox/pool.ts';
import { scoreRejected } from './score.ts';
import { type Facts, type RunRecord, Store } from './store.ts';
import { harnessVersion } from './version.ts';

export interface GradeOptions {
  assignment?: string;
  out?: string;
  seed?: number;
  jobs: number;
  only?: string[];
  fresh: boolean;
  backend: WorkerBackend;
  /** Grade other people's work although the sandbox is weaker than it should be. */
  unsafe: boolean;
}

/** What happens while a class is graded, for whoever shows it. */
export type Progress =
  | { kind: 'start'; total: number; assignment: string; seed: number; out: string; level: LevelReport }
  | { kind: 'reference'; exercise: string }
  | { kind: 'done'; id: string; grade: SubmissionGrade; ms: number; stored: boolean }
  | { kind: 'writing' };

export interface GradeResult {
  out: string;
  grades: Grades;
  /** True when it was stopped before every submission was graded. */
  stopped: boolean;
}

/**
 * Grades a folder of submissions, or one. Every finished submission is on the disk at once; the same call goes on where
 * an earlier one stopped. Throws UsageError for what the caller can mend.
 */
export async function gradeClass(
  source: string,
  options: GradeOptions,
  report: (progress: Progress) => void,
  stop: AbortSignal,
): Promise<GradeResult> {
  const catalogue = await loadCatalogue();
  const entries: SubmissionEntry[] = [];
  for await (const entry of listSubmissions(source)) entries.push(entry);
  const assignment = options.assignment ?? (await chooseAssignment(entries, catalogue, source));
  const exercises = exercisesOf(catalogue, assignment, options.only);
  const level = await detectLevel();
  refuseWeakSandbox(level, entries, options.unsafe);

  const store = await Store.open(path.resolve(options.out ?? path.join(ROOT, 'reports/out', assignment)));
  const run = await agreeOnRun(store, assignment, options);
  const rubric = await rubricOf(assignment, catalogue, run.seed);
  if (options.fresh) await store.forgetObservations();
  report({ kind: 'start', total: entries.length, assignment, seed: run.seed, out: store.out, level });

  const limits = {
    ...DEFAULT_LIMITS,
    memoryMb: rubric.limits.memoryMb,
    cpuSeconds: rubric.limits.cpuSeconds,
    processes: rubric.limits.processes,
    fileMb: rubric.limits.fileMb,
    openFiles: rubric.limits.openFiles,
  };
  const pool = new WorkerPool({
    level: level.level,
    limits,
    outputBytes: rubric.limits.outputKb * 1024,
    spare: options.jobs,
  });
  try {
    const runs = await startExercises(exercises, rubric, run, pool, level, options, report);
    const folders = folderNames(entries.map(({ id }) => id));
    const grades = new Map<string, SubmissionGrade>();
    const limit = pLimit(options.jobs);
    await Promise.all(
      entries.map((entry) =>
        limit(async () => {
          if (stop.aborted) return;
          const started = performance.now();
          const { judged, stored } = await gradeOne(entry, store, runs, rubric, run, stop);
          if (judged === undefined) return;
          await writePictures(path.join(store.out, folders.get(entry.id)!), judged.pictures);
          grades.set(entry.id, judged.grade);
          report({ kind: 'done', id: entry.id, grade: judged.grade, ms: performance.now() - started, stored });
        }),
      ),
    );
    report({ kind: 'writing' });
    const record = gradesRecord(
      rubric,
      run,
      level,
      options.backend,
      [...grades.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
    );
    await writeReports(store.out, record, (id, file) => readPicture(path.join(store.out, folders.get(id)!, file)));
    return { out: store.out, grades: record, stopped: stop.aborted };
  } finally {
    await pool.close();
  }
}

/** Judges the stored observations of a run again under the present rubric and checks. */
export async function regradeClass(
  out: string,
  options: { jobs: number; backend: WorkerBackend },
  report: (progress: Progress) => void,
): Promise<GradeResult> {
  const store = await Store.existing(path.resolve(out));
  const run = (await store.readRun())!;
  const catalogue = await loadCatalogue();
  const exercises = exercisesOf(catalogue, run.assignment, run.only);
  const rubric = await rubricOf(run.assignment, catalogue, run.seed);
  const level = await detectLevel();
  const facts = await store.readAllFacts();
  report({ kind: 'start', total: facts.length, assignment: run.assignment, seed: run.seed, out: store.out, level });
  const pool = new WorkerPool({ level: level.level, limits: DEFAULT_LIMITS, outputBytes: 1 << 20, spare: 0 });
  try {
    const runs = await startExercises(exercises, rubric, run, pool, level, options, report);
    const folders = folderNames(facts.map(({ id }) => id));
    const only = run.only === undefined ? undefined : new Set(run.only);
    const grades: SubmissionGrade[] = [];
    let environment: Observation['sandbox'] | undefined;
    for (const item of facts) {
      const started = performance.now();
      const observations = await storedObservations(store, runs, item, run.seed);
      for (const observation of observations.values()) environment ??= observation.sandbox;
      const judged = await judgeSubmission(rubric, runs, item, observations, only);
      await writePictures(path.join(store.out, folders.get(item.id)!), judged.pictures);
      grades.push(judged.grade);
      report({ kind: 'done', id: item.id, grade: judged.grade, ms: performance.now() - started, stored: true });
    }
    report({ kind: 'writing' });
    const observed = environment === undefined ? level : { ...level, ...environment };
    const record = gradesRecord(rubric, run, observed, options.backend, grades);
    await writeReports(store.out, record, (id, file) => readPicture(path.join(store.out, folders.get(id)!, file)));
    return { out: store.out, grades: record, stopped: false };
  } finally {
    await pool.close();
  }
}

async function storedObservations(
  store: Store,
  runs: ReadonlyMap<string, ExerciseRun>,
  facts: Facts,
  seed: number,
): Promise<Map<string, Observation>> {
  const found = new Map<string, Observation>();
  if ('rejected' in facts) return found;
  for (const [exercise, { fingerprint }] of runs) {
    const observation = await store.readObservation({ hash: facts.hash, exercise, seed, fingerprint });
    if (observation === undefined) {
      throw new UsageError(
        `${facts.id} has no stored observation for ${exercise}, or its cases have changed since`,
        store.out,
        'Run `gradus grade` with the same folder and --out again: only what is missing is run',
      );
    }
    found.set(exercise, observation);
  }
  return found;
}

/** One submission: taken in, observed where that was not done before, judged. */
async function gradeOne(
  entry: SubmissionEntry,
  store: Store,
  runs: ReadonlyMap<string, ExerciseRun>,
  rubric: Rubric,
  run: RunRecord,
  stop: AbortSignal,
): Promise<{ judged: JudgedSubmission | undefined; stored: boolean }> {
  const only = run.only === undefined ? undefined : new Set(run.only);
  const options = only === undefined ? {} : { only };
  let submission: Submission | Rejected;
  try {
    submission = await readEntry(entry);
  } catch (error) {
    return { judged: { grade: brokenGrade(rubric, entry.id, error, options), pictures: {} }, stored: false };
  }
  if ('rejected' in submission) {
    await store.writeFacts(submission);
    return { judged: { grade: scoreRejected(rubric, submission, options), pictures: {} }, stored: false };
  }
  const observations = new Map<string, Observation>();
  let stored = true;
  for (const [exercise, exerciseRun] of runs) {
    const key = { hash: submission.hash, exercise, seed: run.seed, fingerprint: exerciseRun.fingerprint };
    let observation = await store.readObservation(key);
    if (observation === undefined) {
      stored = false;
      observation = await exerciseRun.observe(submission.files).catch(() => undefined);
      if (stop.aborted) return { judged: undefined, stored: false };
      // What the grader itself failed at is not kept: the next run tries again.
      if (observation !== undefined && !grader(observation)) await store.writeObservation(key, observation);
    }
    if (observation !== undefined) observations.set(exercise, observation);
  }
  await store.writeFacts(submission);
  const facts: Facts = { ...submission, files: [...submission.files.keys()] };
  return { judged: await judgeSubmission(rubric, runs, facts, observations, only), stored };
}

/** Whether the grader itself failed somewhere in an observation. */
function grader(observation: Observation): boolean {
  return Object.values(observation.cases).some((outcomes) =>
    Object.values(outcomes).some(({ status }) => status === 'internal-error'),
  );
}

function brokenGrade(
  rubric: Rubric,
  id: string,
  error: unknown,
  options: { only?: ReadonlySet<string> },
): SubmissionGrade {
  const rejected: Rejected = {
    id,
    rejected: true,
    message: 'The grader failed to read this submission.',
    detail: String(error),
  };
  const grade = scoreRejected(rubric, rejected, options);
  const criteria = grade.criteria.map((criterion) => ({ ...criterion, status: 'internal-error' as const }));
  return {
    ...grade,
    status: 'internal-error',
    pending: grade.maxPoints,
    message: `Intake failed: ${String(error)}`,
    criteria,
  };
}

async function startExercises(
  exercises: CatalogueEntry[],
  rubric: Rubric,
  run: RunRecord,
  pool: WorkerPool,
  level: LevelReport,
  options: { jobs: number; backend: WorkerBackend },
  report: (progress: Progress) => void,
): Promise<Map<string, ExerciseRun>> {
  const graded = new Set(rubric.criteria.filter(({ manual }) => !manual).map(({ exercise }) => exercise));
  const runs = new Map<string, ExerciseRun>();
  for (const entry of exercises.filter(({ exercise }) => graded.has(exercise.id))) {
    report({ kind: 'reference', exercise: entry.exercise.id });
    const { deadlineFactor, deadlineFloorMs, wallSeconds } = rubric.limits;
    const limits = { deadlineFactor, deadlineFloorMs, totalMs: wallSeconds * 1000 };
    runs.set(
      entry.exercise.id,
      await ExerciseRun.start({
        ...{ entry, seed: run.seed, pool, limits, jobs: options.jobs },
        fastBackend: options.backend,
        missingParts: level.missing,
      }),
    );
  }
  return runs;
}

/** Reads what an earlier run in this folder agreed on, or makes it: the seed above all. */
async function agreeOnRun(store: Store, assignment: string, options: GradeOptions): Promise<RunRecord> {
  const before = await store.readRun();
  if (before !== undefined && before.assignment !== assignment) {
    throw new UsageError(
      `This folder holds grades of ${before.assignment}, not of ${assignment}`,
      store.out,
      'Choose another --out',
    );
  }
  const seed = options.seed ?? before?.seed ?? randomInt(2 ** 31);
  const run: RunRecord = {
    schema: 1,
    assignment,
    seed,
    startedAt: before?.seed === seed ? before.startedAt : new Date().toISOString(),
    ...(options.only === undefined ? {} : { only: options.only }),
  };
  await store.writeRun(run);
  return run;
}

/** The exercises of an assignment, or those of them that were asked for. */
function exercisesOf(catalogue: CatalogueEntry[], assignment: string, only: string[] | undefined): CatalogueEntry[] {
  const all = catalogue.filter(({ exercise }) => exercise.assignment === assignment);
  if (all.length === 0) {
    const names = [...new Set(catalogue.map(({ exercise }) => exercise.assignment))];
    const nearest = nearestName(assignment, names);
    throw new UsageError(
      'There is no such assignment',
      assignment,
      nearest === undefined
        ? `There are ${names.join(', ')}`
        : `Did you mean ${nearest}? There are ${names.join(', ')}`,
    );
  }
  for (const name of only ?? []) {
    if (all.some(({ exercise }) => exercise.id === name)) continue;
    const names = all.map(({ exercise }) => exercise.id);
    const nearest = nearestName(name, names);
    throw new UsageError(
      `${assignment} has no such exercise`,
      name,
      nearest === undefined
        ? `There are ${names.join(', ')}`
        : `Did you mean ${nearest}? There are ${names.join(', ')}`,
    );
  }
  return only === undefined ? all : all.filter(({ exercise }) => only.includes(exercise.id));
}

/** The rubric of an assignment, its names looked up in the exercises. */
export async function rubricOf(assignment: string, catalogue: CatalogueEntry[], seed: number): Promise<Rubric> {
  return loadRubric(path.join(ROOT, 'rubrics', `${assignment}.yaml`), rubricCatalogue(catalogue, seed));
}

/** What rubrics may name. */
export function rubricCatalogue(catalogue: CatalogueEntry[], seed: number): Catalogue {
  return Object.fromEntries(
    catalogue.map(({ exercise }) => [
      exercise.id,
      {
        assignment: exercise.assignment,
        functions: Object.keys(exercise.functions),
        checks: Object.fromEntries(
          exercise
            .checks(seed)
            .map((check) => [check.id, { function: check.function, parameters: Object.keys(check.parameters ?? {}) }]),
        ),
      },
    ]),
  );
}

function refuseWeakSandbox(level: LevelReport, entries: SubmissionEntry[], unsafe: boolean): void {
  if (unsafe || entries.length < 2 || level.level === 'full' || level.level === 'strong') return;
  throw new UsageError(
    `The sandbox here is only '${level.level}' (missing: ${level.missing.join(', ')}), too weak for other people's programs`,
    'this machine',
    'See `npx gradus doctor` for how to mend it, or say --unsafe if you trust every program',
  );
}

function gradesRecord(
  rubric: Rubric,
  run: RunRecord,
  level: LevelReport,
  backend: string,
  submissions: SubmissionGrade[],
): Grades {
  return {
    schema: 1,
    assignment: rubric.assignment,
    title: rubric.title,
    rubricVersion: rubric.version,
    seed: run.seed,
    harness: harnessVersion(),
    environment: {
      node: process.version,
      backend,
      sandbox: { level: level.level, missing: level.missing },
      platform: `${os.type()} ${os.release()} ${os.arch()}`,
    },
    startedAt: run.startedAt,
    finishedAt: new Date().toISOString(),
    submissions,
  };
}

async function writePictures(folder: string, pictures: Record<string, Uint8Array>): Promise<void> {
  if (Object.keys(pictures).length === 0) return;
  if (!existsSync(folder)) await mkdir(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(pictures)) await replaceFile(path.join(folder, name), bytes);
}

async function readPicture(file: string): Promise<Uint8Array | undefined> {
  return readFile(file).catch(() => undefined);
}
