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
  | { kind: 'dead'; status: Failure['status']; message: string; ms: number };

export const MAX_REPLY_BYTES = 64 * 1024 * 1024;

interface Pending {
  nonce: Uint8Array;
  sentAt: bigint;
  settle(reply: Reply): void;
}

/**
 * One sandboxed process with the worker in it. Requests go one at a time. After the first sign of a broken channel, a
 * missed deadline or an exit the process tree is killed, and every further request is answered `dead`.
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
  #pending: Pending | undefined;
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
    if (this.#death !== undefined) return { kind: 'dead', ...this.#death, ms: 0 };
    if (this.#pending !== undefined) throw new Error('a worker answers one request at a time');
    const nonce = randomBytes(NONCE_BYTES);
    const frame = writeFrame(kind, nonce, encode(body));
    return await new Promise<Reply>((resolve) => {
      const timer = setTimeout(() => {
        const seconds = deadlineMs >= 1000 ? `${Math.round(deadlineMs / 100) / 10} s` : `${Math.round(deadlineMs)} ms`;
        this.#end('time-limit-exceeded', `There was no answer within ${seconds}.`);
      }, deadlineMs);
      this.#pending = {
        nonce,
        sentAt: process.hrtime.bigint(),
        settle: (reply) => {
          clearTimeout(timer);
          this.#pending = undefined;
          resolve(reply);
        },
      };
      this.#launched.channel.write(frame);
    });
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
    if (frame.kind === FrameKind.ready && this.#pending === undefined) {
      this.#signalReady(undefined);
      return;
    }
    const pending = this.#pending;
    if (pending === undefined || !sameBytes(frame.nonce, pending.nonce)) {
      this.#end('protocol-error', 'The channel was disturbed: a reply came that nobody had asked for.');
      return;
    }
    const ms = Math.max(0, Number(process.hrtime.bigint() - pending.sentAt) / 1e6 - this.roundTripMs);
    let value: unknown;
    try {
      value = decode(frame.body);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#end('protocol-error', `The channel was disturbed: ${error.message}.`);
      return;
    }
    if (frame.kind === FrameKind.result) pending.settle({ kind: 'result', value, ms });
    else if (frame.kind === FrameKind.failure) pending.settle({ kind: 'error', error: asErrorReport(value), ms });
    else this.#end('protocol-error', 'The channel was disturbed: a frame of the wrong kind came.');
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
    const pending = this.#pending;
    if (pending === undefined) return;
    pending.settle({ kind: 'dead', ...this.#death, ms: Number(process.hrtime.bigint() - pending.sentAt) / 1e6 });
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
