import type { Call } from '../model/call.ts';
import type { WorkerMode } from '../model/exercise.ts';
import type { Failure, Outcome, Success } from '../model/observation.ts';
import type { Value } from '../model/value.ts';
import type { WorkerBackend } from './bundle.ts';
import { explain } from './explain.ts';
import { joinOutputs } from './output.ts';
import type { WorkerPool } from './pool.ts';
import type { Program } from './program.ts';
import { FrameKind } from './protocol/frame.ts';
import { isExhausted, newQuota, type Quota, type Reply, TOO_MUCH, type WorkerProcess } from './worker-process.ts';

export interface SessionOptions {
  gradients: WorkerMode['gradients'];
  backend: WorkerBackend;
  /** For opening a module, which runs the student's top-level code. */
  loadDeadlineMs: number;
  /** Shared by the sessions of one program; one of its own where absent. */
  quota?: Quota;
}

/** For handing the modules over, which runs none of it: only a broken machine takes that long. */
const HANDOVER_MS = 60_000;

/** For handing over: a worker may have died of something else while it waited. */
const MAX_ATTEMPTS = 2;

/** Of a module, each as long as `MAX_NAME` at most. */
const MAX_EXPORTS = 1000;
const MAX_NAME = 200;

/** After this many hung calls of one function its further calls are not made: each costs a whole deadline. */
const MAX_HANGS = 2;
/** The same of calls that ended their process in another way: each costs a new one. */
const MAX_DEATHS = 5;

/** What calls of one function or module have cost. */
interface Ends {
  hangs: number;
  deaths: number;
  /** Of the last that ended its process. */
  last: Failure['status'];
}

const NO_ENDS: Ends = { hangs: 0, deaths: 0, last: 'runtime-error' };

/** The reply in place of a further call, after too many that ended their process. */
function notAgain({ hangs, deaths, last }: Ends): Reply | undefined {
  if (hangs < MAX_HANGS && deaths < MAX_DEATHS) return undefined;
  const [status, what] =
    hangs >= MAX_HANGS
      ? (['time-limit-exceeded', 'There was no answer in time'] as const)
      : ([last, 'The program did not outlive its call'] as const);
  return {
    kind: 'dead',
    status,
    message: `${what} on earlier inputs, so it was not called again.`,
    ms: 0,
    first: true,
  };
}

/** For a process that has answered everything; one that hangs by now has hung for nobody. */
const LAST_WORD_MS = 500;

type Untold = ReturnType<WorkerProcess['takeUntold']>;

interface Loaded {
  worker: WorkerProcess;
  /** The reply to the handing over of the modules, which comes before any other. */
  handover: Promise<Reply>;
}

/** Handing over runs none of the student's code, so its failing is ours. */
function handoverFailed(reply: Exclude<Reply, { kind: 'result' }>): Reply {
  const why = reply.kind === 'error' ? reply.error.message : reply.message;
  const message = `The worker could not be loaded: ${why}`;
  return { kind: 'dead', status: 'internal-error', message, ms: reply.ms, first: true };
}

/**
 * A program in a sandbox, across restarts: when a call hangs or kills its process, the next call finds a fresh one with
 * the program loaded again. Results kept in a process are gone with it; calls that need them say so.
 */
export class Session {
  readonly #pool: WorkerPool;
  readonly #program: Program;
  readonly #options: SessionOptions;
  readonly #outputs: string[] = [];
  /** By function or module. */
  readonly #ends = new Map<string, Ends>();
  readonly #quota: Quota;
  /** A disturbance of the channel by a process that is gone, which no call was told of yet. */
  #untold: Untold;
  #current: Loaded | undefined;
  #loading: Promise<Loaded> | undefined;
  #failedHandovers = 0;

  constructor(pool: WorkerPool, program: Program, options: SessionOptions) {
    this.#pool = pool;
    this.#program = program;
    this.#options = options;
    this.#quota = options.quota ?? newQuota();
  }

  /**
   * Evaluates a module and returns the names of the functions that it exports. Of a module that exports very many, those
   * that are looked for come first, and the rest is cut.
   */
  async open(module: string, wanted: ReadonlySet<string> = new Set()): Promise<{ exports: string[] } | Failure> {
    const reply = await this.#request(FrameKind.open, module, this.#options.loadDeadlineMs, module);
    if (reply.kind !== 'result') return this.#failure(reply, `Loading ${module}.ts`);
    const names = Array.isArray(reply.value) ? reply.value.filter((name) => typeof name === 'string') : [];
    const first = [...names.filter((name) => wanted.has(name)), ...names.filter((name) => !wanted.has(name))];
    return { exports: first.slice(0, MAX_EXPORTS).map((name) => name.slice(0, MAX_NAME)) };
  }

  async call(call: Call, deadlineMs: number): Promise<Outcome> {
    const { deadlineMs: _, timed, deadlineFactor: __, deadlineLike: ___, ...request } = call;
    const name = typeof call.fn === 'string' ? call.fn : call.fn.path.join('.');
    const reply = await this.#request(FrameKind.call, request, deadlineMs, name, timed);
    return reply.kind === 'result' ? success(reply) : this.#failure(reply, name);
  }

  /** What the program printed so far, over all its processes. */
  output(): string {
    const { worker } = this.#current ?? {};
    const parts = worker === undefined ? this.#outputs : [...this.#outputs, worker.output.text()];
    return joinOutputs(parts, this.#pool.options.outputBytes);
  }

  /**
   * What the program is to be told of its last call that showed only after it: a second reply, which nobody had asked for.
   * To be asked before `close`, when no call is under way.
   */
  async lastWord(): Promise<Failure | undefined> {
    const { worker } = this.#current ?? {};
    // Frames come in their order: what was sent before the answer to this has arrived with it.
    const reply = worker?.alive ? await worker.request(FrameKind.ping, null, LAST_WORD_MS) : undefined;
    const seen = reply?.kind === 'dead' && reply.status === 'protocol-error' ? reply : this.#takeUntold();
    return seen === undefined ? undefined : { status: seen.status, message: seen.message, ms: 0 };
  }

  async close(): Promise<void> {
    const { worker } = this.#current ?? {};
    if (worker === undefined) return;
    this.#untold ??= worker.takeUntold();
    this.#current = undefined;
    await worker.kill();
    this.#outputs.push(worker.output.text());
  }

  async #request(kind: number, body: unknown, deadlineMs: number, name: string, timed = false): Promise<Reply> {
    for (;;) {
      const untold = this.#takeUntold();
      if (untold !== undefined) {
        this.#count(name, untold.status);
        return { kind: 'dead', ...untold, ms: 0, first: true };
      }
      if (isExhausted(this.#quota)) return { kind: 'dead', ...TOO_MUCH, ms: 0, first: true };
      const refused = notAgain(this.#ends.get(name) ?? NO_ENDS);
      if (refused !== undefined) return refused;
      const { worker, handover } = await this.#loaded();
      const reply = await worker.request(kind, body, deadlineMs, timed);
      if (reply.kind === 'dead' && reply.first) this.#count(name, reply.status);
      if (!worker.alive && this.#current?.worker === worker) await this.close();
      const handed = await handover;
      if (handed.kind !== 'result') {
        if (++this.#failedHandovers < MAX_ATTEMPTS) continue;
        return handoverFailed(handed);
      }
      // A request that waited behind the one that ended the process has not been made yet: it gets a process of its own.
      if (reply.kind !== 'dead' || reply.first) return reply;
    }
  }

  #takeUntold(): Untold {
    const untold = this.#untold ?? this.#current?.worker.takeUntold();
    this.#untold = undefined;
    return untold;
  }

  #count(name: string, status: Failure['status']): void {
    // What the grader itself fails at is nobody's doing.
    if (status === 'internal-error') return;
    const { hangs, deaths } = this.#ends.get(name) ?? NO_ENDS;
    const hung = status === 'time-limit-exceeded';
    this.#ends.set(name, { hangs: hangs + Number(hung), deaths: deaths + Number(!hung), last: status });
  }

  async #loaded(): Promise<Loaded> {
    if (this.#current?.worker.alive) return this.#current;
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  /** A worker to which the program is being handed over; requests wait behind that. */
  async #load(): Promise<Loaded> {
    await this.close();
    const load = {
      modules: this.#program.modules.map(({ path, code }) => ({ path, code })),
      broken: Object.fromEntries(this.#program.broken),
      gradients: this.#options.gradients,
      doubles: this.#options.backend === 'float64',
    };
    const worker = await this.#pool.take(this.#options.backend);
    worker.quota = this.#quota;
    this.#current = { worker, handover: worker.request(FrameKind.load, load, HANDOVER_MS) };
    return this.#current;
  }

  /** `what` was being done, for students. */
  #failure(reply: Exclude<Reply, { kind: 'result' }>, what: string): Failure {
    if (reply.kind === 'dead') {
      const { status, message, ms } = reply;
      const said = status === 'time-limit-exceeded' ? `${what}: ${message} Is there a loop that never ends?` : message;
      return { status, message: said, ms };
    }
    return explain(reply.error, reply.ms, this.#program);
  }
}

function success(reply: Extract<Reply, { kind: 'result' }>): Success {
  // A child may send anything in place of a reply record; what is not there is undefined and is judged as such.
  const fields = (typeof reply.value === 'object' && reply.value !== null ? reply.value : {}) as Record<
    string,
    unknown
  >;
  const outcome: Success = { status: 'ok', value: fields.value as Value, ms: reply.ms };
  if (Array.isArray(fields.args)) outcome.args = fields.args as Value[];
  if (isNumberLists(fields.callbacks)) outcome.callbacks = fields.callbacks;
  return outcome;
}

function isNumberLists(value: unknown): value is number[][] {
  return Array.isArray(value) && value.every((list) => Array.isArray(list) && list.every((x) => typeof x === 'number'));
}
