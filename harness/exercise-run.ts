import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import * as path from 'node:path';
import pLimit from 'p-limit';
import type { CatalogueEntry } from './catalogue.ts';
import { type Example, loadExamples } from './examples.ts';
import type { Check } from './model/exercise.ts';
import type { Observation } from './model/observation.ts';
import type { KnownMistake } from './name-mistake.ts';
import { readObservation, writeObservation } from './observation-file.ts';
import { DEFAULT_OBSERVE_LIMITS, type ObserveLimits, observe } from './observe.ts';
import { makeProgram } from './program.ts';
import { CACHE } from './root.ts';
import type { WorkerBackend } from './sandbox/bundle.ts';
import type { WorkerPool } from './sandbox/pool.ts';
import { exerciseSourceHash } from './source-hash.ts';

export interface ExerciseRunOptions {
  entry: CatalogueEntry;
  seed: number;
  pool: WorkerPool;
  fastBackend: WorkerBackend;
  /** Parts of the sandbox that are missing, for the record. */
  missingParts: string[];
  limits?: ObserveLimits;
  /** Programs that run at the same time where several are run at once. */
  jobs: number;
}

/**
 * One exercise under one seed: its checks, the reference's observation, and those of the known mistakes. The reference
 * and the mistakes run once per case and seed through the same door as submissions, and are kept by content.
 */
export class ExerciseRun {
  readonly entry: CatalogueEntry;
  readonly checks: Check[];
  readonly reference: Observation;
  /** Hash of everything that is asked and of what runs beside student code. */
  readonly fingerprint: string;
  readonly #options: ExerciseRunOptions;
  readonly #sources: string;
  #mistakes: Promise<KnownMistake[]> | undefined;

  private constructor(options: ExerciseRunOptions, checks: Check[], reference: Observation, sources: string) {
    this.entry = options.entry;
    this.checks = checks;
    this.reference = reference;
    this.fingerprint = reference.harness;
    this.#options = options;
    this.#sources = sources;
  }

  /** Draws the cases and runs the reference through them. Throws where the reference itself fails: that is our fault. */
  static async start(options: ExerciseRunOptions): Promise<ExerciseRun> {
    const { entry, seed } = options;
    const checks = entry.exercise.checks(seed);
    const sources = await exerciseSourceHash(entry);
    const solution = await readFile(path.join(entry.folder, 'solution.ts'));
    const module = Object.values(entry.exercise.functions)[0]!.module;
    const files = new Map([[`${module}.ts`, new Uint8Array(solution)]]);
    const reference = await cached(options, sources, checks, files, undefined);
    for (const [id, outcomes] of Object.entries(reference.cases)) {
      for (const [call, outcome] of Object.entries(outcomes)) {
        if (outcome.status === 'ok') continue;
        const where = `${entry.exercise.assignment}/${entry.exercise.id}, case ${id}, call ${call}`;
        throw new Error(`The reference solution failed: ${where}: ${outcome.status}: ${outcome.message}`);
      }
    }
    return new ExerciseRun(options, checks, reference, sources);
  }

  /** Runs a submission's program. `harness` of the result is the fingerprint. */
  async observe(files: ReadonlyMap<string, Uint8Array>): Promise<Observation> {
    const program = await makeProgram(files, this.entry);
    const { observation } = await observe({
      ...this.#common(),
      program,
      harness: this.fingerprint,
      reference: this.reference,
    });
    return observation;
  }

  /** Runs an example program, or takes what was seen of it before under the same circumstances. */
  observeExample(example: Example): Promise<Observation> {
    return cached(this.#options, this.#sources, this.checks, example.files, this.reference);
  }

  /** The known mistakes on the same inputs. Run when first asked for: a class without wrong answers needs none. */
  mistakes(): Promise<KnownMistake[]> {
    this.#mistakes ??= this.#observeMistakes();
    return this.#mistakes;
  }

  async #observeMistakes(): Promise<KnownMistake[]> {
    const examples = (await loadExamples(this.entry)).filter(tellsByValue);
    const limit = pLimit(this.#options.jobs);
    const known = examples.map((example) =>
      limit(async () => {
        const observation = await this.observeExample(example);
        return { id: example.name, ...example.mistake!, observation };
      }),
    );
    return Promise.all(known);
  }

  #common() {
    const { entry, seed, pool, fastBackend, missingParts, limits = DEFAULT_OBSERVE_LIMITS } = this.#options;
    return { exercise: entry.exercise, checks: this.checks, seed, pool, fastBackend, missingParts, limits };
  }
}

/** Programs that show their mistake in a result, not by failing or taking long. */
function tellsByValue(example: Example): boolean {
  return (
    example.kind === 'wrong' &&
    [...example.expected].some(([id, status]) => status === 'wrong-answer' && id !== 'timing')
  );
}

async function cached(
  options: ExerciseRunOptions,
  sources: string,
  checks: Check[],
  files: ReadonlyMap<string, Uint8Array>,
  reference: Observation | undefined,
): Promise<Observation> {
  const { entry, seed, pool, fastBackend, missingParts, limits = DEFAULT_OBSERVE_LIMITS } = options;
  const hash = createHash('sha256').update(sources).update(`${seed} ${fastBackend} ${process.version}`);
  for (const [name, bytes] of [...files].sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(name).update('\0').update(bytes);
  const folder = path.join(CACHE, 'observations', entry.exercise.id);
  const file = path.join(folder, `${hash.digest('hex').slice(0, 32)}.obs`);
  const stored = await readObservation(file);
  if (stored !== undefined) return stored;
  const program = await makeProgram(files, entry);
  const { observation, asked } = await observe({
    ...{ exercise: entry.exercise, checks, program, pool, seed, fastBackend, missingParts, limits },
    harness: reference?.harness ?? '',
    ...(reference === undefined ? {} : { reference }),
  });
  if (reference === undefined) {
    observation.harness = createHash('sha256').update(`${asked} ${fastBackend}`).digest('hex').slice(0, 32);
  }
  if (!dependsOnTheDay(observation)) {
    await mkdir(folder, { recursive: true });
    await writeObservation(file, observation);
  }
  return observation;
}

/** A missed deadline or a fault of ours may be gone the next time, so neither is kept. */
function dependsOnTheDay(observation: Observation): boolean {
  return Object.values(observation.cases).some((outcomes) =>
    Object.values(outcomes).some(({ status }) => status === 'time-limit-exceeded' || status === 'internal-error'),
  );
}
