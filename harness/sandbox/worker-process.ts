import { randomBytes } from 'node:crypto';
import type { Failure, SandboxLevel } from '../model/observation.ts';
import { Deadline } from './deadline.ts';
import { type Launched, type LaunchOptions, launch } from './launch/launch.ts';
import { creditedWait, innermost, otherThreadsOf, ownRunDelayMs, type ThreadTime } from './launch/run-delay.ts';
import { OutputCapture } from './output.ts';
import { DecodeError, decode, encode } from './protocol/codec.ts';
import { type Frame, FrameKind, FrameReader, NONCE_BYTES, writeFrame } from './protocol/frame.ts';
import { MAX_CONTAINERS, MAX_REPLY_BYTES, MAX_RESULT_DEPTH } from './protocol/limits.ts';
import type { ErrorReport } from './worker/errors.ts';

/** What a request came to: a value, an error that the student's code threw, or the end of the process. */
export type Reply =
  | { kind: 'result'; value: unknown; ms: number }
  | { kind: 'error'; error: ErrorReport; ms: number }
  /** `first`: the request that was being worked on when the process ended, as against those that waited behind it. */
  | { kind: 'dead'; status: Failure['status']; message: string; ms: number; first: boolean };

/** What may still come back from a program, over all its processes: replies are kept until they are judged. */
export interface Quota {
  bytes: number;
  containers: number;
}

export function isExhausted({ bytes, containers }: Quota): boolean {
  return bytes < 0 || containers < 0;
}

export const TOO_MUCH = {
  status: 'output-limit-exceeded',
  message: 'The results of all calls together are too large.',
} as const;

/** Generous for any result that a person could want to look at. */
export function newQuota(): Quota {
  return { bytes: 4 * MAX_REPLY_BYTES, containers: 4 * MAX_CONTAINERS };
}

const DISTURBED = 'The channel between the program and the grader (descriptor 3) was disturbed';

/** For the end of a process to be told after the end of its streams, or the other way round. */
const CLOSING_MS = 2000;
/** For a long reply that is arriving at the deadline. */
const GRACE_MS = 1000;

const NO_TIME: ThreadTime = { alive: 0, all: 0 };

interface Pending {
  kind: number;
  nonce: Uint8Array;
  deadlineMs: number;
  /** Whether time in which the worker waited for a processor is taken off. */
  timed: boolean;
  settle(reply: Reply): void;
}

/**
 * One sandboxed process with the worker in it. Requests are answered in their order; several may be under way, which
 * saves the waiting between them. After the first sign of a broken channel, a missed deadline or an exit the process
 * tree is killed, and every request without an answer, now and later, is answered `dead`.
 */
export class WorkerProcess {
  /** Resolves when the worker waits for requests; to an explanation when it never will. */
  readonly ready: Promise<string | undefined>;
  /** The empty round trip, milliseconds. */
  roundTripMs = 0;
  quota = newQuota();
  readonly output: OutputCapture;
  readonly level: SandboxLevel;
  readonly #launched: Launched;
  readonly #reader = new FrameReader(MAX_REPLY_BYTES);
  /** In the order of sending; the worker is at the first. */
  readonly #pending: Pending[] = [];
  #deadline: Deadline | undefined;
  #corked = false;
  /** When the first pending request began to be worked on. */
  #since = 0n;
  /** How long the worker had waited for a processor by then, where that matters. */
  #delayBefore: number | undefined;
  /** Processor time of the worker's other threads by then. */
  #threadsBefore: ThreadTime = NO_TIME;
  #workerPid: number | undefined;
  #death: { status: Failure['status']; message: string } | undefined;
  #untold = false;
  #signalReady: (fault: string | undefined) => void = () => {};

  constructor(options: LaunchOptions, outputBytes: number) {
    this.level = options.level;
    this.ready = new Promise((resolve) => {
      this.#signalReady = resolve;
    });
    this.#launched = launch(options);
    const { channel, stdout, stderr } = this.#launched;
    this.output = new OutputCapture([stdout, stderr], outputBytes, () =>
      this.#end('output-limit-exceeded', 'The program printed more than is allowed.'),
    );
    channel.on('data', (chunk: Uint8Array) => this.#receive(chunk));
    channel.on('error', () => {}); // Its process ended; `exit` says how.
    channel.on('end', () => {
      // Most often because the process ended. If `exit` does not come, the program closed the channel itself.
      setTimeout(() => this.#end('protocol-error', `${DISTURBED}: it was closed.`), CLOSING_MS).unref();
    });
    // The last reply may still be on its way when the process is gone.
    const drained = new Promise<void>((resolve) => channel.once('close', resolve));
    void this.#launched.exit.then(async (exit) => {
      await within(CLOSING_MS, drained);
      this.#exited(exit);
    });
  }

  get alive(): boolean {
    return this.#death === undefined;
  }

  /**
   * Why the process was ended while no request was under way, once, where that is the program's doing: a frame that nobody
   * had asked for. Undefined in every other case.
   */
  takeUntold(): { status: Failure['status']; message: string } | undefined {
    if (!this.#untold) return undefined;
    this.#untold = false;
    return this.#death;
  }

  /** Finds the worker among the processes of its sandbox. To be called before any of a student's code runs there. */
  locate(): void {
    this.#workerPid = innermost(this.#launched.pid);
  }

  async request(kind: number, body: unknown, deadlineMs: number, timed = false): Promise<Reply> {
    const fault = await this.ready;
    if (fault !== undefined && this.#death === undefined) this.#death = { status: 'internal-error', message: fault };
    if (this.#death !== undefined) return { kind: 'dead', ...this.#death, ms: 0, first: false };
    const nonce = randomBytes(NONCE_BYTES);
    const frame = writeFrame(kind, nonce, encode(body));
    return await new Promise<Reply>((resolve) => {
      this.#pending.push({ kind, nonce, deadlineMs, timed, settle: resolve });
      if (this.#pending.length === 1) this.#watchFirst();
      this.#write(frame);
    });
  }

  /** Requests that are made in one turn go in one piece: a system call costs as much as a light call of a program. */
  #write(frame: Uint8Array): void {
    const { channel } = this.#launched;
    if (!this.#corked) {
      this.#corked = true;
      channel.cork();
      process.nextTick(() => {
        this.#corked = false;
        channel.uncork();
      });
    }
    channel.write(frame);
  }

  /** The clock of a request starts when the one before it is answered. */
  #watchFirst(): void {
    this.#deadline?.clear();
    const first = this.#pending[0];
    if (first === undefined) return;
    this.#delayBefore = first.timed ? this.#runDelay() : undefined;
    this.#threadsBefore = first.timed ? this.#threads() : NO_TIME;
    this.#since = process.hrtime.bigint();
    const { pid } = this.#launched;
    this.#deadline = new Deadline(pid, first.deadlineMs, () => this.#overdue(first, performance.now() + GRACE_MS));
  }

  /**
   * This process may have been busy itself while the answer came: what has arrived is read before the deadline counts,
   * and what is arriving gets a moment to end.
   */
  #overdue(late: Pending, until: number): void {
    const { channel } = this.#launched;
    const before = (channel as { bytesRead?: number }).bytesRead;
    setImmediate(() => {
      if (this.#pending[0] !== late) return;
      const arriving = (channel as { bytesRead?: number }).bytesRead !== before;
      if (arriving && performance.now() < until) this.#overdue(late, until);
      else this.#end('time-limit-exceeded', `There was no answer within ${duration(late.deadlineMs)}.`);
    });
  }

  /** Ends the whole process tree; resolves when nothing of it is left. */
  async kill(): Promise<void> {
    this.#die('internal-error', 'The worker was ended.');
    await this.#launched.kill();
    // What was printed before the end is still in the pipes.
    await within(CLOSING_MS, this.output.ended);
  }

  #receive(chunk: Uint8Array): void {
    for (const frame of this.#reader.push(chunk)) this.#accept(frame);
    if (this.#reader.error !== undefined) this.#end('protocol-error', `${DISTURBED}: ${this.#reader.error}.`);
  }

  #accept(frame: Frame): void {
    const pending = this.#pending[0];
    if (frame.kind === FrameKind.ready && pending === undefined) {
      this.#signalReady(undefined);
      return;
    }
    if (pending === undefined || !sameBytes(frame.nonce, pending.nonce)) {
      this.#end('protocol-error', `${DISTURBED}: a reply came that nobody had asked for.`);
      return;
    }
    if (frame.kind !== FrameKind.result && frame.kind !== FrameKind.failure) {
      this.#end('protocol-error', `${DISTURBED}: a frame of the wrong kind came.`);
      return;
    }
    // What the worker answers to the grader's own requests is no result: a program that has used up what it may send back must
    // not make these fail.
    const quota = pending.kind === FrameKind.call || pending.kind === FrameKind.open ? this.quota : newQuota();
    quota.bytes -= frame.body.length;
    // What other programs on the machine took is not the program's own time.
    const elapsed = this.#elapsedMs();
    const delay = this.#delayBefore === undefined ? 0 : (this.#runDelay() ?? 0) - this.#delayBefore;
    const waited = delay <= 0 ? 0 : creditedWait(elapsed, delay, this.#threadsBefore, this.#threads());
    const ms = Math.max(0, elapsed - waited - this.roundTripMs);
    let value: unknown;
    try {
      if (quota.bytes < 0) throw new DecodeError();
      value = decode(frame.body, { maxDepth: MAX_RESULT_DEPTH + 3, quota });
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      if (isExhausted(quota)) this.#end(TOO_MUCH.status, TOO_MUCH.message);
      else this.#end('protocol-error', `${DISTURBED}: ${error.message}.`);
      return;
    }
    this.#pending.shift();
    this.#watchFirst();
    if (frame.kind === FrameKind.result) {
      pending.settle({ kind: 'result', value, ms });
      return;
    }
    const error = asErrorReport(value);
    pending.settle({ kind: 'error', error, ms });
    // Those behind it have not been worked on.
    if (error.fatal) this.#end('runtime-error', error.message, false);
  }

  #exited(exit: Awaited<Launched['exit']>): void {
    if (!exit.started) this.#end('internal-error', `The sandbox could not be started: ${exit.detail}`);
    else if (exit.memory) this.#end('memory-limit-exceeded', 'The program needed more memory than is allowed.');
    else if (exit.cpu) this.#end('time-limit-exceeded', 'The program used more processor time than is allowed.');
    // Node aborts, or traps, when its heap is full.
    else if (exit.signal === 'SIGABRT' || exit.signal === 'SIGTRAP' || exit.signal === 'SIGILL')
      this.#end('memory-limit-exceeded', 'The program ran out of memory.');
    else if (exit.signal === 'SIGSEGV')
      this.#end('runtime-error', 'The program crashed its process; is there a recursion that never ends?');
    else this.#end('runtime-error', 'The program ended its own process.');
  }

  #end(status: Failure['status'], message: string, working = true): void {
    this.#die(status, message, working);
    void this.#launched.kill();
  }

  /** `working`: whether the first pending request was being worked on. */
  #die(status: Failure['status'], message: string, working = true): void {
    if (this.#death === undefined) {
      this.#death = { status, message };
      this.#untold = status === 'protocol-error' && this.#pending.length === 0;
    }
    this.#signalReady(message);
    this.#deadline?.clear();
    // Only the first one was being worked on; what became of it is not the fault of those behind it.
    const death = this.#death;
    this.#pending.splice(0).forEach(({ settle }, i) => {
      const first = working && i === 0;
      settle({ kind: 'dead', ...death, ms: first ? this.#elapsedMs() : 0, first });
    });
  }

  #runDelay(): number | undefined {
    return this.#workerPid === undefined ? undefined : ownRunDelayMs(this.#workerPid);
  }

  #threads(): ThreadTime {
    return this.#workerPid === undefined ? NO_TIME : otherThreadsOf(this.#workerPid);
  }

  #elapsedMs(): number {
    return Number(process.hrtime.bigint() - this.#since) / 1e6;
  }
}

/** Waits for something, but not longer. */
async function within(ms: number, something: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([something, patience]);
  clearTimeout(timer);
}

function duration(ms: number): string {
  return ms >= 1000 ? `${Math.round(ms / 100) / 10} s` : `${Math.round(ms)} ms`;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

const KINDS: ErrorReport['kind'][] = ['missing', 'compile-error', 'output-limit-exceeded'];
const MAX_TEXT = 4096;

/** The report as short strings, whatever the child put into it. */
function asErrorReport(value: unknown): ErrorReport {
  const fields = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const text = (key: string): string => (typeof fields[key] === 'string' ? fields[key].slice(0, MAX_TEXT) : '');
  const kind = text('kind');
  return {
    kind: KINDS.find((each) => each === kind) ?? 'runtime-error',
    friendly: fields.friendly === true,
    fatal: fields.fatal === true,
    name: text('name'),
    message: text('message'),
    stack: text('stack'),
  };
}
