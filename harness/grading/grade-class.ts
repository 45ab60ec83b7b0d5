import * as path from 'node:path';
import pLimit from 'p-limit';
import { type CatalogueEntry, loadCatalogue } from '../catalogue.ts';
import { chooseAssignment } from '../choose-assignment.ts';
import type { SubmissionEntry } from '../intake/intake.ts';
import { judgeSubmission } from '../judge-submission.ts';
import type { Profile } from '../model/exercise.ts';
import type { SubmissionGrade } from '../model/grade.ts';
import { StorageError } from '../replace-file.ts';
import { folderNames } from '../reporters/folder-name.ts';
import { writeReports } from '../reporters/write.ts';
import { ROOT } from '../root.ts';
import type { Rubric } from '../rubric/schema.ts';
import { detectLevel, type LevelReport } from '../sandbox/level.ts';
import { type RunRecord, Store } from '../store.ts';
import { agreeOnRun, freshBegins, sameAssignment } from './agree-on-run.ts';
import { brokenGrade, reasonOf } from './broken-grade.ts';
import { chooseExercises } from './choose-exercises.ts';
import { WeakestSandbox } from './environment.ts';
import { findRubric, readRubric } from './find-rubric.ts';
import { earlierGrades, gradesRecord } from './grades-record.ts';
import { listEntries, refuseWeakSandbox } from './list-entries.ts';
import { observeSubmission } from './observe-submission.ts';
import { readPicture, writePictures } from './pictures.ts';
import { Sandboxes } from './sandboxes.ts';
import { type Exercises, startExercises } from './start-exercises.ts';
import { Stopped } from './stop.ts';
import type { GradeOptions, GradeResult, Report } from './types.ts';

/**
 * Grades a folder of submissions, or one. Every finished submission is on the disk at once; the same call goes on where
 * an earlier one stopped. Throws UsageError for what the caller can mend, StorageError where nothing can be written.
 */
export async function gradeClass(
  source: string,
  options: GradeOptions,
  report: Report,
  stop: AbortSignal,
): Promise<GradeResult> {
  const catalogue = await loadCatalogue();
  const out = (assignment: string): string => path.resolve(options.out ?? path.join(ROOT, 'reports/out', assignment));
  const listed = await listEntries(source, options.as, out(options.assignment ?? ''));
  const named = options.rubric === undefined ? undefined : await readRubric(options.rubric, catalogue);
  const assignment =
    options.assignment ?? named?.assignment ?? (await chooseAssignment(listed.entries, catalogue, source));
  const entries = chooseExercises(catalogue, assignment, options.only);
  const rubric = await findRubric(assignment, catalogue, options.rubric);

  const store = await Store.open(out(assignment));
  let sandboxes: Sandboxes | undefined;
  const end = (): void => void sandboxes?.close();
  stop.addEventListener('abort', end);
  try {
    const before = await sameAssignment(store, assignment);
    const level = await detectLevel();
    refuseWeakSandbox(level, listed, options.unsafe);
    await store.confirm();
    sandboxes = new Sandboxes(async () => level, options.jobs);
    if (stop.aborted) throw new Stopped();
    const ids = listed.entries.map(({ id }) => id);
    const run = agreeOnRun(before, assignment, ids, options);
    if (freshBegins(options, run, before)) {
      await store.forgetObservations(entries.map(({ exercise }) => exercise.id));
    }
    await store.writeRun(run);
    const { seed } = run;
    report({ kind: 'start', total: ids.length, assignment, seed, out: store.out, sandbox: level });
    noteOthers(before, ids, report);
    const grading = new Grading(store, rubric, run, listed.entries, report, stop);
    const profile: Profile = run.training ?? 'full';
    const task = { seed, profile, jobs: options.jobs, backend: options.backend };
    try {
      const exercises = await startExercises(entries, rubric, sandboxes, task, report, stop);
      await grading.gradeAll(exercises, options.jobs, end);
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
    }
    return await grading.finish(level, options.backend, catalogue);
  } finally {
    stop.removeEventListener('abort', end);
    await sandboxes?.close();
    await store.close();
  }
}

/** The submissions of one run, and what became of them so far. */
class Grading {
  readonly #grades = new Map<string, SubmissionGrade>();
  readonly #weakest = new WeakestSandbox();
  readonly #noted = new Set<string>();
  readonly #folders: ReadonlyMap<string, string>;
  readonly #only: { only?: ReadonlySet<string> };
  readonly #store: Store;
  readonly #rubric: Rubric;
  readonly #run: RunRecord;
  readonly #entries: readonly SubmissionEntry[];
  readonly #report: Report;
  readonly #stop: AbortSignal;

  constructor(
    store: Store,
    rubric: Rubric,
    run: RunRecord,
    entries: readonly SubmissionEntry[],
    report: Report,
    stop: AbortSignal,
  ) {
    this.#store = store;
    this.#rubric = rubric;
    this.#run = run;
    this.#entries = entries;
    this.#report = report;
    this.#stop = stop;
    this.#folders = folderNames(entries.map(({ id }) => id));
    this.#only = run.only === undefined ? {} : { only: new Set(run.only) };
  }

  /** Grades everything, `jobs` at a time; `end` ends the workers where nothing can be stored any more. */
  async gradeAll(exercises: Exercises, jobs: number, end: () => void): Promise<void> {
    const limit = pLimit(jobs);
    let full: StorageError | undefined;
    const one = async (entry: SubmissionEntry): Promise<void> => {
      if (this.#stop.aborted || full !== undefined) return;
      try {
        await this.#gradeOne(entry, exercises);
      } catch (error) {
        if (error instanceof Stopped) return;
        if (error instanceof StorageError) {
          full ??= error;
          end();
        } else this.#grades.set(entry.id, this.#broken(entry.id, error));
      }
    };
    await Promise.all(this.#entries.map((entry) => limit(one, entry)));
    if (full !== undefined) throw full;
  }

  async #gradeOne(entry: SubmissionEntry, exercises: Exercises): Promise<void> {
    const { id } = entry;
    const started = performance.now();
    const { seed } = this.#run;
    const { facts, observations, stored } = await observeSubmission(entry, this.#store, exercises, seed, this.#stop);
    const judged = await judgeSubmission(
      this.#rubric,
      exercises.started,
      facts,
      observations,
      this.#store,
      this.#only.only,
    );
    // The known mistakes may have been ended in the middle, and names would be wanting.
    if (this.#stop.aborted) return;
    await writePictures(this.#store.out, this.#folders.get(id)!, judged);
    for (const observation of observations.values()) this.#weakest.add(observation);
    this.#grades.set(id, judged.grade);
    for (const text of judged.notes) this.#note(text);
    this.#report({ kind: 'done', id, grade: judged.grade, ms: performance.now() - started, stored });
  }

  #broken(id: string, error: unknown): SubmissionGrade {
    this.#note(`The grader failed on ${id}: ${error instanceof Error ? (error.stack ?? error.message) : error}`);
    return brokenGrade(this.#rubric, id, reasonOf(error), this.#only);
  }

  #note(text: string): void {
    if (!this.#noted.has(text)) this.#report({ kind: 'note', text });
    this.#noted.add(text);
  }

  /** Writes the record and the reports: of everything, or where the run was stopped, of what is there. */
  async finish(level: LevelReport, backend: string, catalogue: readonly CatalogueEntry[]): Promise<GradeResult> {
    const stopped = this.#grades.size < this.#entries.length;
    const { out } = this.#store;
    const done = [...this.#grades.values()];
    if (stopped) {
      done.push(...(await earlierGrades(out, this.#rubric, this.#run, new Set(this.#grades.keys()))));
    }
    const grades = gradesRecord(this.#rubric, this.#run, this.#weakest.value(level), backend, catalogue, done);
    if (this.#grades.size > 0) {
      this.#report({ kind: 'writing' });
      await writeReports(out, grades, (id, file) => readPicture(out, this.#folders.get(id)!, file));
    }
    if (!stopped && this.#run.unfinishedFresh === true) {
      const { unfinishedFresh: _, ...finished } = this.#run;
      await this.#store.writeRun(finished);
    }
    return { out, grades, faults: [...this.#noted], stopped };
  }
}

/** Submissions that were graded in this folder before and are not in the class any more. */
function noteOthers(before: RunRecord | undefined, ids: readonly string[], report: Report): void {
  const present = new Set(ids);
  const others = (before?.submissions ?? []).filter((id) => !present.has(id));
  if (others.length === 0) return;
  const shown = others.slice(0, 5).join(', ');
  const more = others.length > 5 ? ` and ${others.length - 5} more` : '';
  const text = `Graded here before, but not among the submissions now: ${shown}${more}. They leave grades.json; what was stored of them stays.`;
  report({ kind: 'note', text });
}
