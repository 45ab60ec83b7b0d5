import { randomBytes } from 'node:crypto';
import type { Failure, SandboxLevel } from '../model/observation.ts';
import { type Launched, type LaunchOptions, launch } from './launch/launch.ts';
import { OutputCapture } from './output.ts';
import { DecodeError, decode, encode } from './protocol/codec.ts';
import { type Frame, FrameKind, FrameReader, NONCE_BYTES, writeFrame } from './protocol/frame.ts';
import type { ErrorReport } from './worker/errors.ts';

/** What a request came to: a value, an error that the student's code threw, or the end of the process. */
export type Reply =
  | { kind: 'result'; value: unknown; ms: number }
  | { kind: 'error'; error: ErrorReport; ms: number }
  /** `first`: the request that was being worked on when the process ended, as against those that waited behind it. */
  | { kind: 'dead'; status: Failure['status']; message: string; ms: number; first: boolean };

export const MAX_REPLY_BYTES = 64 * 1024 * 1024;

interface Pending {
  nonce: Uint8Array;
  deadlineMs: number;
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
  readonly output: OutputCapture;
  readonly level: SandboxLevel;
  readonly #launched: Launched;
  readonly #reader = new FrameReader(MAX_REPLY_BYTES);
  /** In the order of sending; the worker is at the first. */
  readonly #pending: Pending[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** When the first pending request began to be worked on. */
  #since = 0n;
  #death: { status: Failure['status']; message: string } | undefined;
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
    void this.#launched.exit.then((exit) => this.#exited(exit));
  }

  get alive(): boolean {
    return this.#death === undefined;
  }

  async request(kind: number, body: unknown, deadlineMs: number): Promise<Reply> {
    const fault = await this.ready;
    if (fault !== undefined && this.#death === undefined) this.#death = { status: 'internal-error', message: fault };
    if (this.#death !== undefined) return { kind: 'dead', ...this.#death, ms: 0, first: false };
    const nonce = randomBytes(NONCE_BYTES);
    const frame = writeFrame(kind, nonce, encode(body));
    return await new Promise<Reply>((resolve) => {
      this.#pending.push({ nonce, deadlineMs, settle: resolve });
      if (this.#pending.length === 1) this.#watchFirst();
      this.#launched.channel.write(frame);
    });
  }

  /** The clock of a request starts when the one before it is answered. */
  #watchFirst(): void {
    clearTimeout(this.#timer);
    const first = this.#pending[0];
    if (first === undefined) return;
    this.#since = process.hrtime.bigint();
    const { deadlineMs } = first;
    this.#timer = setTimeout(() => {
      const time = deadlineMs >= 1000 ? `${Math.round(deadlineMs / 100) / 10} s` : `${Math.round(deadlineMs)} ms`;
      this.#end('time-limit-exceeded', `There was no answer within ${time}.`);
    }, deadlineMs);
  }

  /** Ends the whole process tree; resolves when nothing of it is left. */
  async kill(): Promise<void> {
    this.#die('internal-error', 'The worker was ended.');
    await this.#launched.kill();
  }

  #receive(chunk: Uint8Array): void {
    for (const frame of this.#reader.push(chunk)) this.#accept(frame);
    if (this.#reader.error !== undefined)
      this.#end('protocol-error', `The channel was disturbed: ${this.#reader.error}.`);
  }

  #accept(frame: Frame): void {
    const pending = this.#pending[0];
    if (frame.kind === FrameKind.ready && pending === undefined) {
      this.#signalReady(undefined);
      return;
    }
    if (pending === undefined || !sameBytes(frame.nonce, pending.nonce)) {
      this.#end('protocol-error', 'The channel was disturbed: a reply came that nobody had asked for.');
      return;
    }
    const ms = Math.max(0, this.#elapsedMs() - this.roundTripMs);
    let value: unknown;
    try {
      value = decode(frame.body);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#end('protocol-error', `The channel was disturbed: ${error.message}.`);
      return;
    }
    if (frame.kind !== FrameKind.result && frame.kind !== FrameKind.failure) {
      this.#end('protocol-error', 'The channel was disturbed: a frame of the wrong kind came.');
      return;
    }
    this.#pending.shift();
    this.#watchFirst();
    if (frame.kind === FrameKind.result) pending.settle({ kind: 'result', value, ms });
    else pending.settle({ kind: 'error', error: asErrorReport(value), ms });
  }

  #exited(exit: Awaited<Launched['exit']>): void {
    if (!exit.started) this.#end('internal-error', `The sandbox could not be started: ${exit.detail}`);
    else if (exit.memory) this.#end('memory-limit-exceeded', 'The program needed more memory than is allowed.');
    else if (exit.cpu) this.#end('time-limit-exceeded', 'The program used more processor time than is allowed.');
    // Node aborts when its heap is full.
    else if (exit.signal === 'SIGABRT') this.#end('memory-limit-exceeded', 'The program ran out of memory.');
    else this.#end('runtime-error', 'The program ended its own process.');
  }

  #end(status: Failure['status'], message: string): void {
    this.#die(status, message);
    void this.#launched.kill();
  }

  #die(status: Failure['status'], message: string): void {
    this.#death ??= { status, message };
    this.#signalReady(message);
    clearTimeout(this.#timer);
    // Only the first one was being worked on; what became of it is not the fault of those behind it.
    const [first, ...rest] = this.#pending.splice(0);
    first?.settle({ kind: 'dead', ...this.#death, ms: this.#elapsedMs(), first: true });
    for (const { settle } of rest) settle({ kind: 'dead', ...this.#death, ms: 0, first: false });
  }

  #elapsedMs(): number {
    return Number(process.hrtime.bigint() - this.#since) / 1e6;
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

/** The report as strings, whatever the child put into it. */
function asErrorReport(value: unknown): ErrorReport {
  const fields = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const text = (key: string): string => (typeof fields[key] === 'string' ? (fields[key] as string) : '');
  const kind = text('kind');
  return {
    kind: kind === 'missing' || kind === 'compile-error' ? kind : 'runtime-error',
    friendly: fields.friendly === true,
    name: text('name'),
    message: text('message'),
    stack: text('stack'),
  };
}
