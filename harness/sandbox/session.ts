import type { Call } from '../model/call.ts';
import type { WorkerMode } from '../model/exercise.ts';
import type { Failure, Outcome, Success } from '../model/observation.ts';
import type { Value } from '../model/value.ts';
import type { WorkerBackend } from './bundle.ts';
import { explain } from './explain.ts';
import type { WorkerPool } from './pool.ts';
import type { Program } from './program.ts';
import { FrameKind } from './protocol/frame.ts';
import type { Reply, WorkerProcess } from './worker-process.ts';

export interface SessionOptions {
  gradients: WorkerMode['gradients'];
  backend: WorkerBackend;
  /** For loading the modules, which runs the student's top-level code. */
  loadDeadlineMs: number;
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
  #worker: WorkerProcess | undefined;

  constructor(pool: WorkerPool, program: Program, options: SessionOptions) {
    this.#pool = pool;
    this.#program = program;
    this.#options = options;
  }

  /** Evaluates a module and returns the names of the functions that it exports. */
  async open(module: string): Promise<{ exports: string[] } | Failure> {
    const reply = await this.#request(FrameKind.open, module, this.#options.loadDeadlineMs);
    if (reply.kind !== 'result') return this.#failure(reply);
    const names = Array.isArray(reply.value) ? reply.value.filter((name) => typeof name === 'string') : [];
    return { exports: names as string[] };
  }

  async call(call: Call, deadlineMs: number): Promise<Outcome> {
    const { deadlineMs: _, ...request } = call;
    const reply = await this.#request(FrameKind.call, request, deadlineMs);
    return reply.kind === 'result' ? success(reply) : this.#failure(reply);
  }

  /** What the program printed so far, over all its processes. */
  output(): string {
    const parts = this.#worker === undefined ? this.#outputs : [...this.#outputs, this.#worker.output.text()];
    return parts.filter((part) => part !== '').join('\n');
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    this.#worker = undefined;
    await worker.kill();
    this.#outputs.push(worker.output.text());
  }

  async #request(kind: number, body: unknown, deadlineMs: number): Promise<Reply> {
    const worker = await this.#loaded();
    if (!('request' in worker)) return worker;
    const reply = await worker.request(kind, body, deadlineMs);
    if (!worker.alive) await this.close();
    return reply;
  }

  async #loaded(): Promise<WorkerProcess | Reply> {
    if (this.#worker?.alive) return this.#worker;
    await this.close();
    const worker = await this.#pool.take(this.#options.backend);
    this.#worker = worker;
    const load = {
      modules: this.#program.modules.map(({ path, code }) => ({ path, code })),
      gradients: this.#options.gradients,
      doubles: this.#options.backend === 'float64',
    };
    const reply = await worker.request(FrameKind.load, load, this.#options.loadDeadlineMs);
    if (reply.kind === 'result') return worker;
    await this.close();
    // Loading runs none of the student's code, so its failing is ours.
    const why = reply.kind === 'error' ? reply.error.message : reply.message;
    return { kind: 'dead', status: 'internal-error', message: `The worker could not be loaded: ${why}`, ms: reply.ms };
  }

  #failure(reply: Exclude<Reply, { kind: 'result' }>): Failure {
    if (reply.kind === 'dead') return { status: reply.status, message: reply.message, ms: reply.ms };
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
