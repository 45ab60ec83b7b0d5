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
import { newQuota, type Reply, type WorkerProcess } from './worker-process.ts';

export interface SessionOptions {
  gradients: WorkerMode['gradients'];
  backend: WorkerBackend;
  /** For opening a module, which runs the student's top-level code. */
  loadDeadlineMs: number;
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

function tooManyHangs(): Reply {
  const message = 'There was no answer in time on earlier inputs, so it was not called again.';
  return { kind: 'dead', status: 'time-limit-exceeded', message, ms: 0, first: true };
}

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
  /** Function or module → times that it did not answer. */
  readonly #hangs = new Map<string, number>();
  readonly #quota = newQuota();
  #current: Loaded | undefined;
  #loading: Promise<Loaded> | undefined;
  #failedHandovers = 0;

  constructor(pool: WorkerPool, program: Program, options: SessionOptions) {
    this.#pool = pool;
    this.#program = program;
    this.#options = options;
  }

  /** Evaluates a module and returns the names of the functions that it exports. */
  async open(module: string): Promise<{ exports: string[] } | Failure> {
    const reply = await this.#request(FrameKind.open, module, this.#options.loadDeadlineMs, module);
    if (reply.kind !== 'result') return this.#failure(reply, `Loading ${module}.ts`);
    const names = Array.isArray(reply.value) ? reply.value.filter((name) => typeof name === 'string') : [];
    return { exports: names.slice(0, MAX_EXPORTS).map((name) => name.slice(0, MAX_NAME)) };
  }

  async call(call: Call, deadlineMs: number): Promise<Outcome> {
    const { deadlineMs: _, timed, deadlineFactor: __, ...request } = call;
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

  async close(): Promise<void> {
    const { worker } = this.#current ?? {};
    if (worker === undefined) return;
    this.#current = undefined;
    await worker.kill();
    this.#outputs.push(worker.output.text());
  }

  async #request(kind: number, body: unknown, deadlineMs: number, name: string, timed = false): Promise<Reply> {
    for (;;) {
      const { worker, handover } = await this.#loaded();
      const hangs = this.#hangs.get(name) ?? 0;
      if (hangs >= MAX_HANGS) return tooManyHangs();
      const reply = await worker.request(kind, body, deadlineMs, timed);
      if (reply.kind === 'dead' && reply.first && reply.status === 'time-limit-exceeded')
        this.#hangs.set(name, hangs + 1);
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
