import { createHash } from 'node:crypto';
import { access, constants, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import * as path from 'node:path';
import { z } from 'zod';
import { codeOf, UsageError } from './intake/errors.ts';
import type { Observation } from './model/observation.ts';
import type { Rejected, Submission } from './model/submission.ts';
import { readObservation, writeObservation } from './observation-file.ts';
import { replaceFile } from './reporters/replace-file.ts';

/** What an output folder is about; written first, so that the same command goes on where it stopped. */
const runSchema = z.object({
  schema: z.literal(1),
  assignment: z.string(),
  seed: z.number().int(),
  startedAt: z.string(),
  /** Exercises that were asked for with `--only`; all where absent. */
  only: z.array(z.string()).optional(),
});
export type RunRecord = z.infer<typeof runSchema>;

/** What is known of a submission without its files, so that a class can be judged again without them. */
export type Facts =
  | {
      id: string;
      hash: string;
      students: Submission['students'];
      submittedAt?: string;
      files: string[];
      remarks: string[];
    }
  | Rejected;

/**
 * The records of one run below its output folder. Every file appears whole or not at all; an observation is on the
 * disk before its submission counts as done.
 */
export class Store {
  readonly out: string;
  readonly #observations: string;
  readonly #facts: string;

  private constructor(out: string) {
    this.out = out;
    this.#observations = path.join(out, 'observations');
    this.#facts = path.join(out, 'submissions');
  }

  /** Opens the folder, and makes it where there is none. Throws UsageError where it is not writable or not ours. */
  static async open(out: string): Promise<Store> {
    const store = new Store(out);
    try {
      await mkdir(out, { recursive: true });
      await access(out, constants.W_OK);
      const names = await readdir(out);
      if (names.length > 0 && !names.includes('run.json') && !names.every((name) => name.startsWith('.'))) {
        throw new UsageError(
          'This folder is not empty and not an output folder of Gradus',
          out,
          'Choose another --out, or empty it',
        );
      }
      await mkdir(store.#observations, { recursive: true });
      await mkdir(store.#facts, { recursive: true });
      await removeTemporaries(store.#observations);
      await removeTemporaries(store.#facts);
    } catch (error) {
      if (error instanceof UsageError) throw error;
      throw new UsageError(
        `The output folder cannot be written (${codeOf(error) || String(error)})`,
        out,
        'Choose another --out, or change its permissions',
      );
    }
    return store;
  }

  /** Opens a folder that must hold a run. */
  static async existing(out: string): Promise<Store> {
    const names = await readdir(out).catch(() => undefined);
    if (names === undefined)
      throw new UsageError('There is no such folder', out, 'Give the folder that `gradus grade --out` wrote');
    if (!names.includes('run.json'))
      throw new UsageError(
        'This is not an output folder of Gradus',
        out,
        'Give the folder that `gradus grade --out` wrote',
      );
    return Store.open(out);
  }

  async readRun(): Promise<RunRecord | undefined> {
    const file = path.join(this.out, 'run.json');
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text === undefined) return undefined;
    try {
      return runSchema.parse(JSON.parse(text));
    } catch {
      throw new UsageError(
        'The record of this run cannot be read',
        file,
        'Choose another --out, or remove the folder to grade anew',
      );
    }
  }

  async writeRun(run: RunRecord): Promise<void> {
    await replaceFile(path.join(this.out, 'run.json'), `${JSON.stringify(run, null, 2)}\n`, true);
  }

  async writeFacts(submission: Submission | Rejected): Promise<void> {
    const facts: Facts =
      'rejected' in submission
        ? submission
        : {
            id: submission.id,
            hash: submission.hash,
            students: submission.students,
            ...(submission.submittedAt === undefined ? {} : { submittedAt: submission.submittedAt }),
            files: [...submission.files.keys()],
            remarks: submission.remarks,
          };
    await replaceFile(path.join(this.#facts, `${digest(submission.id)}.json`), `${JSON.stringify(facts, null, 2)}\n`);
  }

  /** All submissions of the run, by id. */
  async readAllFacts(): Promise<Facts[]> {
    const names = (await readdir(this.#facts)).filter((name) => name.endsWith('.json') && !name.startsWith('.'));
    const all = await Promise.all(
      names.map(async (name) => JSON.parse(await readFile(path.join(this.#facts, name), 'utf8')) as Facts),
    );
    return all.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** The observation of a submission's program in an exercise, if it was made under the same circumstances. */
  async readObservation(key: ObservationKey): Promise<Observation | undefined> {
    const observation = await readObservation(this.#file(key));
    return observation?.harness === key.fingerprint ? observation : undefined;
  }

  async writeObservation(key: ObservationKey, observation: Observation): Promise<void> {
    await writeObservation(this.#file(key), observation);
  }

  /** Forgets what was observed, for `--fresh`. */
  async forgetObservations(): Promise<void> {
    await rm(this.#observations, { recursive: true, force: true });
    await mkdir(this.#observations, { recursive: true });
  }

  #file({ hash, exercise, seed, fingerprint }: ObservationKey): string {
    return path.join(this.#observations, `${digest([hash, exercise, seed, fingerprint].join('\0'))}.obs`);
  }
}

/** What an observation depends on. Two submissions with the same files share theirs: the same program, run once. */
export interface ObservationKey {
  /** Of the submission's files. */
  hash: string;
  exercise: string;
  seed: number;
  /** Of what is asked, see ExerciseRun. */
  fingerprint: string;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** What a killed run was writing. */
async function removeTemporaries(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.startsWith('.') && name.endsWith('.tmp'));
  await Promise.all(names.map((name) => rm(path.join(folder, name), { force: true })));
}
