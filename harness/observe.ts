import { createHash } from 'node:crypto';
import { availability } from './availability.ts';
import type { Call } from './model/call.ts';
import type { Case, Check, Exercise, WorkerMode } from './model/exercise.ts';
import type { Failure, Observation, Outcome } from './model/observation.ts';
import type { WorkerBackend } from './sandbox/bundle.ts';
import { joinOutputs } from './sandbox/output.ts';
import type { WorkerPool } from './sandbox/pool.ts';
import type { Program } from './sandbox/program.ts';
import { encode } from './sandbox/protocol/codec.ts';
import { Session } from './sandbox/session.ts';
import { newQuota } from './sandbox/worker-process.ts';

export interface ObserveLimits {
  /** A call may take this many times what the reference took … */
  deadlineFactor: number;
  /** … but always at least this long, so that a busy machine harms nobody. */
  deadlineFloorMs: number;
  /** … and never longer than this. */
  deadlineCeilingMs?: number;
  /** Wall time for all calls of an exercise, beyond `deadlineFactor` times the reference's. */
  totalMs: number;
}

export const DEFAULT_OBSERVE_LIMITS: ObserveLimits = { deadlineFactor: 20, deadlineFloorMs: 4000, totalMs: 60_000 };

/** For the reference itself: it guards against a broken machine only. */
const REFERENCE_MS = 600_000;

export interface ObserveOptions {
  exercise: Exercise;
  checks: Check[];
  program: Program;
  pool: WorkerPool;
  seed: number;
  /** Hash of what is asked, for the record. */
  harness: string;
  /** Backend for cases that want the fastest. */
  fastBackend: WorkerBackend;
  /** Backend for all other cases, for studies of backends: grades rest on float64. */
  valuesBackend?: WorkerBackend;
  limits: ObserveLimits;
  /** The reference's observation, whose durations deadlines follow; absent for the reference itself. */
  reference?: Observation;
  missingParts: string[];
  /** Which calls are made; all where absent. */
  asks?: (caseId: string, callId: string) => boolean;
}

/** Answers a plan in the place of a call that is left out; not recorded. */
const NOT_ASKED: Failure = { status: 'internal-error', message: 'This call was left out.', ms: 0 };

/** What was seen, and a hash over everything that was asked, in order. */
export interface Observed {
  observation: Observation;
  asked: string;
}

/** Runs a program through all cases of the checks, each case in a worker of the mode that it needs. */
export async function observe(options: ObserveOptions): Promise<Observed> {
  const started = performance.now();
  const run = new Run(options);
  const cases = casesOf(options.checks);
  const outcomes: Observation['cases'] = {};
  for (const group of groupByMode(cases)) {
    const opened = await run.open(group.mode);
    for (const item of group.cases) outcomes[item.id] = await run.make(item, opened);
    await run.close();
  }
  const observation: Observation = {
    schema: 1,
    exercise: options.exercise.id,
    seed: options.seed,
    harness: options.harness,
    backend: options.fastBackend,
    sandbox: { level: options.pool.options.level, missing: options.missingParts },
    exports: [...run.exports].sort(),
    sources: options.program.sources,
    ...(options.program.declared === undefined ? {} : { declared: options.program.declared }),
    cases: outcomes,
    output: run.output(),
    durationMs: performance.now() - started,
  };
  return { observation, asked: run.asked() };
}

/** All cases of the checks, each once: checks may share cases. */
export function casesOf(checks: readonly Check[]): Case[] {
  return [...new Map(checks.flatMap((check) => check.cases).map((item) => [item.id, item])).values()];
}

/** The cases by the kind of worker that they are made in, one process a kind. */
export function groupByMode(cases: Case[]): { mode: WorkerMode; cases: Case[] }[] {
  const groups = new Map<string, { mode: WorkerMode; cases: Case[] }>();
  for (const item of cases) {
    const mode: WorkerMode = { gradients: 'all', precision: 'float64', ...item.worker };
    const key = `${mode.gradients} ${mode.precision}`;
    const group = groups.get(key) ?? { mode, cases: [] };
    group.cases.push(item);
    groups.set(key, group);
  }
  return [...groups.values()];
}

interface Opened {
  session: Session;
  /** Why a function cannot be called, for those that cannot. */
  unavailable(call: Call): Failure | undefined;
}

/** One observation in the making. */
class Run {
  readonly exports = new Set<string>();
  readonly #options: ObserveOptions;
  readonly #hash = createHash('sha256');
  readonly #outputs: string[] = [];
  readonly #budgetMs: number;
  /** Everything is kept until it is judged, whichever process it came from. */
  readonly #quota = newQuota();
  #spentMs = 0;
  #session: Session | undefined;
  /** The call of the present session that was answered last. */
  #last: { outcomes: Record<string, Outcome>; id: string } | undefined;

  constructor(options: ObserveOptions) {
    this.#options = options;
    const referenceMs = options.reference?.durationMs ?? REFERENCE_MS;
    this.#budgetMs = options.limits.totalMs + options.limits.deadlineFactor * referenceMs;
  }

  async open(mode: WorkerMode): Promise<Opened> {
    const { pool, program, exercise, limits, fastBackend, valuesBackend = 'float64', reference } = this.#options;
    const session = new Session(pool, program, {
      gradients: mode.gradients,
      quota: this.#quota,
      backend: mode.precision === 'fast' ? fastBackend : valuesBackend,
      loadDeadlineMs: reference === undefined ? REFERENCE_MS : limits.deadlineFloorMs,
    });
    this.#session = session;
    const opened = new Map<string, { exports: string[] } | Failure>();
    const wanted = new Set(Object.keys(exercise.functions));
    for (const module of new Set(Object.values(exercise.functions).map((fn) => fn.module))) {
      const absent = availability.module(program, module);
      const result = absent ?? (await session.open(module, wanted));
      opened.set(module, result);
      if ('exports' in result) for (const name of result.exports) this.exports.add(name);
    }
    return { session, unavailable: (call) => availability.call(this.#options, opened, call) };
  }

  async make(item: Case, { session, unavailable }: Opened): Promise<Record<string, Outcome>> {
    const outcomes: Record<string, Outcome> = {};
    await item.plan(async (id, call) => {
      if (id in outcomes) throw new Error(`case ${item.id} asks for '${id}' twice`);
      if (this.#options.asks?.(item.id, id) === false) return NOT_ASKED;
      this.#hash.update(item.id).update('\0').update(id).update('\0').update(encode(call));
      const absent = unavailable(call);
      const outcome = absent ?? (await this.#call(item, id, call, session));
      outcomes[id] = outcome;
      if (absent === undefined) this.#last = { outcomes, id };
      return outcome;
    });
    return outcomes;
  }

  async close(): Promise<void> {
    const late = await this.#session?.lastWord();
    if (late !== undefined && this.#last !== undefined) this.#last.outcomes[this.#last.id] = late;
    this.#last = undefined;
    await this.#session?.close();
    this.#outputs.push(this.#session?.output() ?? '');
    this.#session = undefined;
  }

  output(): string {
    return joinOutputs(this.#outputs, this.#options.pool.options.outputBytes);
  }

  asked(): string {
    return this.#hash.digest('hex');
  }

  async #call(item: Case, id: string, call: Call, session: Session): Promise<Outcome> {
    if (this.#spentMs > this.#budgetMs) {
      return {
        status: 'time-limit-exceeded',
        message: 'The time for this exercise was used up by earlier calls.',
        ms: 0,
      };
    }
    const outcome = await session.call(
      call,
      call.deadlineMs ?? this.#deadline(item.id, call.deadlineLike ?? id, call.deadlineFactor),
    );
    this.#spentMs += outcome.ms;
    return outcome;
  }

  #deadline(caseId: string, id: string, factor?: number): number {
    const { limits, reference } = this.#options;
    const ms = reference?.cases[caseId]?.[id]?.ms ?? 0;
    // The reference itself gets ten minutes: its deadline guards against a broken machine only.
    if (reference === undefined) return 600_000;
    const { deadlineFactor, deadlineFloorMs, deadlineCeilingMs = Number.POSITIVE_INFINITY } = limits;
    return Math.min(deadlineCeilingMs, deadlineFloorMs + (factor ?? deadlineFactor) * ms);
  }
}
