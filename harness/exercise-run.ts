import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import * as path from 'node:path';
import pLimit from 'p-limit';
import type { CatalogueEntry } from './catalogue.ts';
import { type Example, loadExamples } from './examples.ts';
import { tellsMistakes } from './judge.ts';
import type { Check } from './model/exercise.ts';
import type { Observation } from './model/observation.ts';
import { type KnownMistake, tellingCasesOf } from './name-mistake.ts';
import { readObservation, writeObservation } from './observation-file.ts';
import { DEFAULT_OBSERVE_LIMITS, type ObserveLimits, observe } from './observe.ts';
import { makeProgram } from './program.ts';
import { markUsed, pruneCache } from './prune-cache.ts';
import { removeTemporaries } from './replace-file.ts';
import { CACHE } from './root.ts';
import type { WorkerBackend } from './sandbox/bundle.ts';
import type { Limits } from './sandbox/launch/launch.ts';
import type { WorkerPool } from './sandbox/pool.ts';
import { exerciseSourceHash, runnerSourceHash } from './source-hash.ts';
import { graderFailed } from './store.ts';

/** Where programs run. */
export interface Sandbox {
  pool: WorkerPool;
  /** Parts of the sandbox that are missing, for the record. */
  missing: string[];
}

export interface ExerciseRunOptions {
  entry: CatalogueEntry;
  seed: number;
  /** Asked for only when a program has to be run: what is stored needs no sandbox. */
  sandbox: () => Promise<Sandbox>;
  /** Of the sandbox. They are part of what an observation depends on. */
  sandboxLimits: Limits & { outputBytes: number };
  fastBackend: WorkerBackend;
  limits?: ObserveLimits;
  /** Programs that run at the same time where several are run at once. */
  jobs: number;
  /**
   * Ids of checks whose inputs students must not see. They are made after the others: a program that keeps what it is
   * given has then nothing of them to put into the results, messages and durations that its author gets to read.
   */
  hidden?: ReadonlySet<string>;
}

/**
 * One exercise under one seed: its checks, the reference's observation, and those of the known mistakes. The reference
 * and the mistakes run once per case and seed through the same door as submissions, and are kept by content.
 */
export class ExerciseRun {
  readonly entry: CatalogueEntry;
  readonly checks: Check[];
  readonly reference: Observation;
  /** Hash of everything that is asked, of what runs beside student code, and of the limits. */
  readonly fingerprint: string;
  readonly #options: ExerciseRunOptions;
  readonly #sources: string;
  /** In the order in which programs are asked. What is stored is found whatever the order was, see `start`. */
  readonly #asked: Check[];
  #mistakes: Promise<KnownMistake[]> | undefined;

  private constructor(options: ExerciseRunOptions, checks: Check[], reference: Observation, sources: string) {
    this.entry = options.entry;
    this.checks = checks;
    this.reference = reference;
    this.fingerprint = reference.harness;
    this.#options = options;
    this.#sources = sources;
    this.#asked = hiddenLast(checks, options.hidden);
  }

  /** Draws the cases and runs the reference through them. Throws where the reference itself fails: that is our fault. */
  static async start(options: ExerciseRunOptions): Promise<ExerciseRun> {
    const { entry, seed } = options;
    const checks = entry.exercise.checks(seed);
    const sources = await exerciseSourceHash(entry);
    const reference = await cached(options, sources, checks, await referenceFiles(entry), undefined);
    return new ExerciseRun(options, checks, reference, sources);
  }

  /** Runs a submission's program. `harness` of the result is the fingerprint. */
  async observe(files: ReadonlyMap<string, Uint8Array>): Promise<Observation> {
    const { observation } = await run(this.#options, this.#asked, files, this.reference);
    return observation;
  }

  /** Runs an example program, or takes what was seen of it before under the same circumstances. */
  observeExample(example: Example): Promise<Observation> {
    return cached(this.#options, this.#sources, this.#asked, example.files, this.reference);
  }

  /** The known mistakes on the same inputs. Run when first asked for: a class without wrong answers needs none. */
  mistakes(): Promise<KnownMistake[]> {
    this.#mistakes ??= loadExamples(this.entry).then((examples) => this.mistakesOf(examples));
    return this.#mistakes;
  }

  /** Those of the given programs that are known mistakes, on the same inputs. */
  async mistakesOf(programs: readonly Example[]): Promise<KnownMistake[]> {
    const examples = programs.filter((example) => failedChecks(example, this.checks).size > 0);
    const limit = pLimit(this.#options.jobs);
    const known = examples.map((example) =>
      limit(async () => {
        const fails = failedChecks(example, this.checks);
        // Of these checks only: no worker is started for the others, such as long training runs.
        const checks = this.#asked.filter(({ id }) => fails.has(id));
        const asks = tellingCalls(checks);
        const observation =
          (await this.#seenInFull(example, asks)) ??
          (await cached(this.#options, this.#sources, checks, example.files, this.reference, asks));
        if (graderFailed(observation))
          throw new Error(`the example ${example.name} could not be run: ${faultOf(observation)}`);
        return { id: example.name, ...example.mistake!, fails, observation };
      }),
    );
    return Promise.all(known);
  }

  /** Of an example that was run through all cases, what would have been seen had it been asked for this only. */
  async #seenInFull(
    example: Example,
    asks: (caseId: string, callId: string) => boolean,
  ): Promise<Observation | undefined> {
    const { file } = await placeOf(this.#options, this.#sources, this.#asked, example.files);
    const whole = await readObservation(file);
    if (whole === undefined) return undefined;
    const cases = Object.entries(whole.cases).map(([id, outcomes]) => [
      id,
      Object.fromEntries(Object.entries(outcomes).filter(([call]) => asks(id, call))),
    ]);
    return { ...whole, cases: Object.fromEntries(cases.filter(([, calls]) => Object.keys(calls!).length > 0)) };
  }
}

/** The reference as it would be handed in. */
export async function referenceFiles({ exercise, folder }: CatalogueEntry): Promise<Map<string, Uint8Array>> {
  const solution = await readFile(path.join(folder, 'solution.ts'));
  const { module } = Object.values(exercise.functions)[0]!;
  return new Map([[`${module}.ts`, new Uint8Array(solution)]]);
}

function hiddenLast(checks: Check[], hidden: ReadonlySet<string> = new Set()): Check[] {
  return [...checks.filter(({ id }) => !hidden.has(id)), ...checks.filter(({ id }) => hidden.has(id))];
}

/** Ids of the checks in which a program shows its mistake by a wrong result, not by failing or taking long. */
function failedChecks(example: Example, checks: readonly Check[]): Set<string> {
  if (example.kind === 'right') return new Set();
  const byResult = checks.filter((check) => tellsMistakes(check) && example.expected.get(check.id) === 'wrong-answer');
  return new Set(byResult.map(({ id }) => id));
}

/** The calls that tell mistakes apart: the others (forward values along directions above all) need not be made. */
function tellingCalls(checks: readonly Check[]): (caseId: string, callId: string) => boolean {
  const telling = new Map<string, Set<string> | undefined>();
  for (const check of checks) {
    for (const { id } of tellingCasesOf(check))
      telling.set(id, check.telling === undefined ? undefined : new Set(check.telling));
  }
  return (caseId, callId) => telling.has(caseId) && (telling.get(caseId)?.has(callId) ?? true);
}

/** Runs a program, a second time where the grader itself failed. */
async function run(
  options: ExerciseRunOptions,
  checks: Check[],
  files: ReadonlyMap<string, Uint8Array>,
  reference: Observation | undefined,
  asks?: (caseId: string, callId: string) => boolean,
) {
  const { entry, seed, sandbox, fastBackend, limits = DEFAULT_OBSERVE_LIMITS } = options;
  const program = await makeProgram(files, entry);
  const { pool, missing } = await sandbox();
  const once = () =>
    observe({
      ...{ exercise: entry.exercise, checks, program, pool, seed, fastBackend, missingParts: missing, limits },
      harness: reference?.harness ?? '',
      ...(reference === undefined ? {} : { reference }),
      ...(asks === undefined ? {} : { asks }),
    });
  const observed = await once();
  // A worker that a busy machine could not start says nothing of the program: a second one may.
  return graderFailed(observed.observation) ? once() : observed;
}

/** Where an observation is kept: under a hash of all that it depends on. */
async function placeOf(
  options: ExerciseRunOptions,
  sources: string,
  checks: readonly Check[],
  files: ReadonlyMap<string, Uint8Array>,
  all = true,
): Promise<{ folder: string; file: string; circumstances: string }> {
  const { entry, seed } = options;
  const circumstances = await circumstancesOf(options);
  const hash = createHash('sha256')
    .update(sources)
    .update(
      `${seed} ${circumstances} ${process.version} ${all} ${checks
        .map(({ id }) => id)
        .sort()
        .join()}`,
    );
  for (const [name, bytes] of [...files].sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(name).update('\0').update(bytes);
  const folder = path.join(CACHE, 'observations', entry.exercise.id);
  return { folder, file: path.join(folder, `${hash.digest('hex').slice(0, 32)}.obs`), circumstances };
}

/** The observation of one of the harness's own programs, from the cache where it is there. */
async function cached(
  options: ExerciseRunOptions,
  sources: string,
  checks: Check[],
  files: ReadonlyMap<string, Uint8Array>,
  reference: Observation | undefined,
  asks?: (caseId: string, callId: string) => boolean,
): Promise<Observation> {
  const { folder, file, circumstances } = await placeOf(options, sources, checks, files, asks === undefined);
  const stored = await readObservation(file);
  if (stored !== undefined) {
    await markUsed(file);
    return stored;
  }
  const { observation, asked } = await run(options, checks, files, reference, asks);
  if (reference === undefined) {
    refuseFailures(options, observation);
    observation.harness = createHash('sha256').update(`${asked} ${circumstances}`).digest('hex').slice(0, 32);
  }
  if (!dependsOnTheDay(observation)) await keep(folder, file, observation);
  return observation;
}

/** What decides, beside the cases, how a program runs. */
async function circumstancesOf({ fastBackend, limits = DEFAULT_OBSERVE_LIMITS, sandboxLimits }: ExerciseRunOptions) {
  return JSON.stringify([await runnerSourceHash(), fastBackend, limits, sandboxLimits]);
}

/** A reference that failed is not kept: what was wrong may have been the machine. */
function refuseFailures(options: ExerciseRunOptions, reference: Observation): void {
  for (const [id, outcomes] of Object.entries(reference.cases)) {
    for (const [call, outcome] of Object.entries(outcomes)) {
      if (outcome.status === 'ok') continue;
      const where = `${nameOf(options)}, case ${id}, call ${call}`;
      const place = outcome.location === undefined ? '' : ` (${outcome.location})`;
      throw new Error(`The reference solution failed: ${where}: ${outcome.status}: ${outcome.message}${place}`);
    }
  }
}

function nameOf({ entry: { exercise } }: ExerciseRunOptions): string {
  return `${exercise.assignment}/${exercise.id}`;
}

/** A missed deadline or a fault of ours may be gone the next time, so neither is kept. */
function dependsOnTheDay(observation: Observation): boolean {
  return Object.values(observation.cases).some((outcomes) =>
    Object.values(outcomes).some(({ status }) => status === 'time-limit-exceeded' || status === 'internal-error'),
  );
}

function faultOf({ cases }: Observation): string {
  const outcomes = Object.values(cases).flatMap((calls) => Object.values(calls));
  const fault = outcomes.find(({ status }) => status === 'internal-error');
  return fault === undefined || fault.status === 'ok' ? '' : fault.message;
}

/** The cache saves time and decides nothing: where it cannot be written, grading goes on without. */
async function keep(folder: string, file: string, observation: Observation): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await removeTemporaries(folder);
    await pruneCache(folder);
    await writeObservation(file, observation);
  } catch {}
}
