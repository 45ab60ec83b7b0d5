import type { ExerciseRun } from '../exercise-run.ts';
import { readEntry, type SubmissionEntry } from '../intake/intake.ts';
import { ungradedFile } from '../judge-submission.ts';
import type { Observation } from '../model/observation.ts';
import type { Submission } from '../model/submission.ts';
import { StorageError } from '../replace-file.ts';
import type { Facts, Store, TakenFacts } from '../store.ts';
import { reasonOf } from './broken-grade.ts';
import type { Exercises } from './start-exercises.ts';
import { Stopped, untilStopped } from './stop.ts';

export interface Observed {
  facts: Facts;
  observations: Map<string, Observation>;
  /** Nothing had to be run. */
  stored: boolean;
}

/**
 * Takes a submission in and runs its program in every exercise where that was not done before. All of it is on the disk
 * when this returns. What the grader itself fails at is written down and tried again the next time. Throws Stopped when
 * it was told to stop, and StorageError where nothing can be kept.
 */
export async function observeSubmission(
  entry: SubmissionEntry,
  store: Store,
  exercises: Exercises,
  seed: number,
  stop: AbortSignal,
): Promise<Observed> {
  const submission = await readEntry(entry).catch((error) => ({ id: entry.id, unread: reasonOf(error) }));
  const observations = new Map<string, Observation>();
  if (!('files' in submission)) {
    await store.writeFacts(submission);
    return { facts: submission, observations, stored: false };
  }
  const facts = factsOf(submission, exercises.broken);
  let stored = true;
  for (const [id, exercise] of exercises.started) {
    if (ungradedFile(exercise, facts.files)) continue;
    try {
      const key = { hash: submission.hash, exercise: id, seed, fingerprint: exercise.fingerprint };
      const found = await store.observation(key, () => observe(exercise, submission, stop));
      observations.set(id, found.observation);
      stored &&= found.stored;
    } catch (error) {
      if (error instanceof Stopped || error instanceof StorageError) throw error;
      facts.faults[id] = reasonOf(error);
      stored = false;
    }
  }
  facts.handedIn = await store.keepHandedIn(submission.files);
  await store.writeFacts(facts);
  return { facts, observations, stored };
}

async function observe(exercise: ExerciseRun, { files }: Submission, stop: AbortSignal): Promise<Observation> {
  const observation = await untilStopped(stop, exercise.observe(files));
  // Its processes may have been ended under it: what was seen then says nothing of the program.
  if (stop.aborted) throw new Stopped();
  return observation;
}

function factsOf(submission: Submission, broken: ReadonlyMap<string, string>): TakenFacts {
  const { id, hash, students, submittedAt, files, remarks } = submission;
  return {
    ...{ id, hash, students, files: [...files.keys()], remarks, faults: Object.fromEntries(broken) },
    ...(submittedAt === undefined ? {} : { submittedAt }),
  };
}
