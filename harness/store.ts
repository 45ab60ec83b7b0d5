import { createHash } from 'node:crypto';
import { access, constants, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import * as path from 'node:path';
import pLimit from 'p-limit';
import { z } from 'zod';
import type { HandedIn } from './artefacts/handed-in.ts';
import { kindOf, MOST_BYTES } from './artefacts/kinds.ts';
import { codeOf, UsageError } from './intake/errors.ts';
import type { Observation } from './model/observation.ts';
import type { Rejected, Submission } from './model/submission.ts';
import { readObservation, writeObservation } from './observation-file.ts';
import { removeTemporaries, replaceFile, StorageError } from './replace-file.ts';
import { type FolderLock, lockFolder } from './run-lock.ts';

/** What an output folder is about; written first, so that the same command goes on where it stopped. */
const runSchema = z.object({
  schema: z.literal(1),
  assignment: z.string(),
  seed: z.number().int(),
  startedAt: z.string(),
  /** Exercises that were asked for with `--only`; all where absent. */
  only: z.array(z.string()).optional(),
  /** The rubric that was named, absolute path; the assignment's own where absent. */
  rubric: z.string().optional(),
  /** Networks are trained as long as the sheets ask for; the usual, shorter time where absent. */
  training: z.literal('long').optional(),
  /** Ids of the class as it was last graded: what is stored of others is left out when judging again. */
  submissions: z.array(z.string()).optional(),
  /** A run with `--fresh` that has not come to its end: the same command goes on and does not begin again. */
  unfinishedFresh: z.boolean().optional(),
});
export type RunRecord = z.infer<typeof runSchema>;

/** What is known of a submission without its files, so that a class can be judged again without them. */
export type Facts = TakenFacts | Rejected | UnreadFacts;

export interface TakenFacts {
  id: string;
  hash: string;
  students: Submission['students'];
  submittedAt?: string;
  files: string[];
  /** Those that a person might read, see `keepHandedIn`; absent in folders written before there were any. */
  handedIn?: Record<string, KeptFile>;
  remarks: string[];
  /** Exercises that the grader itself failed to observe, and how. */
  faults: Record<string, string>;
}

/** A file of a submission of which a copy is kept, where it is not too large to be looked into. */
export interface KeptFile {
  size: number;
  sha256?: string;
}

/** The grader itself failed to take it in. */
export interface UnreadFacts {
  id: string;
  unread: string;
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

/** Files read at once: enough to keep the disk busy, few enough for every limit on open files. */
const AT_ONCE = 32;

/**
 * The records of one run below its output folder, locked against other processes until `close`. Every file appears
 * whole or not at all; an observation is on the disk before its submission counts as done.
 */
export class Store {
  readonly out: string;
  readonly #observations: string;
  readonly #facts: string;
  readonly #handedIn: string;
  readonly #lock: FolderLock;
  /** Observations being made: the same program is not run twice at the same time. */
  readonly #making = new Map<string, Promise<Observation>>();

  private constructor(out: string, lock: FolderLock) {
    this.out = out;
    this.#observations = path.join(out, 'observations');
    this.#facts = path.join(out, 'submissions');
    this.#handedIn = path.join(out, 'handed-in');
    this.#lock = lock;
  }

  /**
   * Opens the folder, and makes it where there is none. Throws UsageError where it is not writable, not ours, or in use by
   * another process.
   */
  static async open(out: string): Promise<Store> {
    try {
      await mkdir(out, { recursive: true });
      await access(out, constants.W_OK | constants.X_OK);
      const names = await readdir(out);
      if (!names.includes('run.json') && !names.every((name) => name.startsWith('.'))) {
        throw new UsageError(
          'This folder is not empty and not an output folder of Gradus',
          out,
          'Choose another --out, or empty it',
        );
      }
      const store = new Store(out, await lockFolder(out));
      await removeAllTemporaries(out);
      return store;
    } catch (error) {
      if (error instanceof UsageError || error instanceof StorageError) throw error;
      throw new UsageError(
        `The output folder cannot be written (${explain(error)})`,
        out,
        'Choose another --out, or change its permissions',
      );
    }
  }

  /** Opens a folder that must hold a run. */
  static async existing(out: string): Promise<Store> {
    const todo = 'Give the folder that `gradus grade --out` wrote';
    const names = await readdir(out).catch(() => undefined);
    if (names === undefined) throw new UsageError('There is no such folder', out, todo);
    if (!names.includes('run.json')) throw new UsageError('This is not an output folder of Gradus', out, todo);
    return Store.open(out);
  }

  /** To be called once, some time after opening and before anything is written. Throws UsageError where another came first. */
  async confirm(): Promise<void> {
    await this.#lock.confirm();
  }

  /** Lets others write to the folder. */
  async close(): Promise<void> {
    await this.#lock.release();
  }

  async readRun(): Promise<RunRecord | undefined> {
    const file = path.join(this.out, 'run.json');
    const text = await readFile(file, 'utf8').catch((error) => {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw new UsageError(`The record of this run cannot be read (${explain(error)})`, file, 'Make it readable');
    });
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

  /** From the first record on the folder is known to be ours; nothing else is made in it before. */
  async writeRun(run: RunRecord): Promise<void> {
    await replaceFile(path.join(this.out, 'run.json'), `${JSON.stringify(run, null, 2)}\n`, true);
    await makeFolder(this.#observations);
    await makeFolder(this.#facts);
  }

  async writeFacts(facts: Facts): Promise<void> {
    await replaceFile(this.#factsFile(facts.id), `${JSON.stringify(facts, null, 2)}\n`);
  }

  /** What is known of the submissions of these ids, or of all; sorted by id. A torn record counts as none. */
  async readFacts(ids?: readonly string[]): Promise<Facts[]> {
    const files =
      ids === undefined
        ? (await readdir(this.#facts)).filter((name) => /^[0-9a-f]+\.json$/.test(name))
        : ids.map((id) => path.basename(this.#factsFile(id)));
    const limit = pLimit(AT_ONCE);
    const all = await Promise.all(files.map((name) => limit(() => readJson(path.join(this.#facts, name)))));
    const known = all.filter((facts) => facts !== undefined) as Facts[];
    return known.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** The observation of a submission's program in an exercise, if it was made under the same circumstances. */
  async readObservation(key: ObservationKey): Promise<Observation | undefined> {
    const observation = await readObservation(this.#observationFile(key));
    return observation?.harness === key.fingerprint ? observation : undefined;
  }

  /** Whether there is one, without reading it. */
  async hasObservation(key: ObservationKey): Promise<boolean> {
    return access(this.#observationFile(key)).then(
      () => true,
      () => false,
    );
  }

  /**
   * The stored observation, or that which `make` makes: only one at a time for the same key, and stored before this
   * returns. One in which the grader itself failed is stored, too, but made anew the next time. What `make` throws
   * comes through, and nothing is stored.
   */
  async observation(
    key: ObservationKey,
    make: () => Promise<Observation>,
  ): Promise<{ observation: Observation; stored: boolean }> {
    const file = this.#observationFile(key);
    const running = this.#making.get(file);
    if (running !== undefined) return { observation: await running, stored: true };
    let stored = true;
    const work = (async () => {
      const before = await this.readObservation(key);
      if (before !== undefined && !graderFailed(before)) return before;
      stored = false;
      const made = await make();
      await makeFolder(path.dirname(file));
      await writeObservation(file, made);
      return made;
    })();
    this.#making.set(file, work);
    try {
      return { observation: await work, stored };
    } finally {
      this.#making.delete(file);
    }
  }

  /**
   * Keeps copies of what a person might read of a submission, so that it can be judged again without its folder. The same
   * file of several submissions is kept once.
   */
  async keepHandedIn(files: ReadonlyMap<string, Uint8Array>): Promise<Record<string, KeptFile>> {
    const kept: Record<string, KeptFile> = {};
    for (const [name, bytes] of files) {
      const kind = kindOf(name);
      if (kind === undefined) continue;
      kept[name] = { size: bytes.length };
      if (bytes.length > MOST_BYTES[kind]) continue;
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      kept[name].sha256 = sha256;
      const file = path.join(this.#handedIn, sha256);
      const there = await stat(file).catch(() => undefined);
      if (there?.size === bytes.length) continue;
      await makeFolder(this.#handedIn);
      await replaceFile(file, bytes);
    }
    return kept;
  }

  /** The kept copies of a submission; undefined where none were kept yet. Throws where one is not there any more. */
  async readHandedIn({ handedIn }: TakenFacts): Promise<HandedIn | undefined> {
    if (handedIn === undefined) return undefined;
    const files = Object.entries(handedIn).map(async ([name, { size, sha256 }]) => {
      if (sha256 === undefined) return [name, { size }] as const;
      return [name, { size, bytes: await readFile(path.join(this.#handedIn, sha256)) }] as const;
    });
    return new Map(await Promise.all(files));
  }

  /** Forgets what was observed in these exercises, for `--fresh`. */
  async forgetObservations(exercises: readonly string[]): Promise<void> {
    for (const exercise of exercises) {
      await rm(path.join(this.#observations, exercise), { recursive: true, force: true });
    }
  }

  #factsFile(id: string): string {
    return path.join(this.#facts, `${digest(id)}.json`);
  }

  #observationFile({ hash, exercise, seed, fingerprint }: ObservationKey): string {
    return path.join(this.#observations, exercise, `${digest([hash, exercise, seed, fingerprint].join('\0'))}.obs`);
  }
}

/** Whether the grader itself failed in some call of an observation. */
export function graderFailed(observation: Observation): boolean {
  return Object.values(observation.cases).some((outcomes) =>
    Object.values(outcomes).some(({ status }) => status === 'internal-error'),
  );
}

function digest(text: string): string {
  return createHash('sha256').update(text, 'utf16le').digest('hex').slice(0, 32);
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** What a killed run was writing: in the folder itself and in those below it, two levels deep. */
async function removeAllTemporaries(out: string): Promise<void> {
  const limit = pLimit(AT_ONCE);
  const sweep = async (folder: string, depth: number): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    if (entries.some(({ name }) => name.endsWith('.tmp'))) await removeTemporaries(folder, true);
    if (depth === 0) return;
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => path.join(folder, name));
    await Promise.all(folders.map((inner) => (depth === 2 ? limit(() => sweep(inner, 1)) : sweep(inner, depth - 1))));
  };
  await sweep(out, 2);
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new StorageError(folder, error);
  }
}

function explain(error: unknown): string {
  const code = codeOf(error);
  const words: Record<string, string> = {
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EROFS: 'the file system is read-only',
    ENOSPC: 'the disk is full',
    ENOTDIR: 'a part of the path is a file',
    EEXIST: 'there is a file of that name',
  };
  return words[code] ?? (code || String(error));
}
