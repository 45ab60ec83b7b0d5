import { AsyncLocalStorage } from 'node:async_hooks';
import * as net from 'node:net';
import type { Call } from '../../model/call.ts';
import type { WorkerMode } from '../../model/exercise.ts';
import { decode, encode } from '../protocol/codec.ts';
import { type Frame, FrameKind, FrameReader, NONCE_BYTES, writeFrame } from '../protocol/frame.ts';
import { MAX_REPLY_BYTES } from '../protocol/limits.ts';
import { restrictGradients } from './engine.ts';
import { describeError } from './errors.ts';
import { hideFloat32 } from './float32.ts';
import { FriendlyError } from './friendly-error.ts';
import { invoke, type Session } from './invoke.ts';
import { soundLogSigmoid } from './log-sigmoid.ts';
import { makeModules } from './modules.ts';
import type { Tf } from './tf.ts';

export interface LoadRequest {
  modules: { path: string; code: string }[];
  /** Files that do not compile → why. */
  broken: Record<string, string>;
  gradients: WorkerMode['gradients'];
  doubles: boolean;
}

const MAX_REQUEST = 256 * 1024 * 1024;

/** tfjs as students import it: the harness chooses the backend, so asking for one is heard and changes nothing. */
function studentView(tf: Tf): Record<string, unknown> {
  return {
    ...tf,
    logSigmoid: soundLogSigmoid(tf),
    setBackend: async () => true,
    setWasmPaths: () => {},
    setThreadsCount: () => {},
  };
}

/**
 * Makes what serves requests on fd 3 until it closes. What needs no process of its own is done at once, and lies in the
 * start-up snapshot. Everything beside this file's folder in the process is the student's.
 */
export function prepare(tf: Tf): () => void {
  const view = studentView(tf);
  return () => serve(tf, view);
}

function serve(tf: Tf, view: Record<string, unknown>): void {
  // The CPU backend greets at its first use, in the student's output.
  Object.assign(tf.backend(), { firstUse: false });
  const channel = new net.Socket({ fd: 3, readable: true, writable: true });
  const reader = new FrameReader(MAX_REQUEST);
  let session: Session | undefined;

  const reply = (kind: number, nonce: Uint8Array, value: unknown): void => {
    const body = encode(value);
    if (body.length > MAX_REPLY_BYTES) {
      throw new FriendlyError('The result is too large: more than 64 MB.', 'output-limit-exceeded');
    }
    channel.write(writeFrame(kind, nonce, body));
  };

  /** A program that has taken apart what replies are made with gets no other chance, and nobody waits for one. */
  const fail = (nonce: Uint8Array, error: unknown, fatal = false): void => {
    try {
      reply(FrameKind.failure, nonce, describeError(error, fatal));
    } catch {
      end(1);
    }
  };

  async function answer(frame: Frame): Promise<unknown> {
    const request = decode(frame.body, { special: true });
    if (frame.kind === FrameKind.ping) return null;
    if (frame.kind === FrameKind.load) {
      const load = request as LoadRequest;
      restrictGradients(tf, load.gradients);
      if (load.doubles) hideFloat32();
      refuseExit();
      // Calls into tfjs take many frames; the student's own line lies below them.
      Error.stackTraceLimit = 50;
      const modules = makeModules(load, view);
      session = { tf, modules, kept: new Map(), primed: new Map() };
      return null;
    }
    if (frame.kind === FrameKind.open) {
      const { exports } = await session!.modules.open(request as string);
      return Object.keys(exports).filter((name) => typeof exports[name] === 'function');
    }
    return await invoke(session!, request as Call);
  }

  // Errors that no caller can catch (thrown by a timer, a promise that nobody awaits) end the request that they come
  // from while it is under way, and with it the process, which may still be at work on it. Afterwards they only show in
  // the student's output: which request happens to be under way then is chance.
  const origin = new AsyncLocalStorage<Uint8Array>();
  let current: Uint8Array | undefined;
  const uncaught = (error: unknown): void => {
    if (current !== undefined && origin.getStore() === current) {
      fail(current, error, true);
      current = undefined;
      channel.end(() => end(1));
      return;
    }
    const { name, message } = describeError(error);
    process.stderr.write(`An error that nothing caught: ${name} ${message}\n`);
  };
  process.on('uncaughtException', uncaught);
  process.on('unhandledRejection', uncaught);

  let queue = Promise.resolve();
  channel.on('data', (chunk) => {
    for (const frame of reader.push(chunk)) {
      const nonce = Uint8Array.from(frame.nonce);
      queue = queue.then(() =>
        origin.run(nonce, async () => {
          current = nonce;
          try {
            const value = await answer(frame);
            if (current === nonce) reply(FrameKind.result, nonce, value);
          } catch (error) {
            if (current === nonce) fail(nonce, error);
          }
          current = undefined;
        }),
      );
    }
  });
  channel.on('error', () => end(1));
  channel.on('close', () => end(0));
  reply(FrameKind.ready, new Uint8Array(NONCE_BYTES), null);
}

/** Ends the process: `process.exit` is not at hand, see `refuseExit`. */
const end = (process as unknown as { reallyExit(code: number): never }).reallyExit.bind(process);

/** Says where a program asks for its own end, which a report that its process ended could not. */
function refuseExit(): void {
  for (const name of ['exit', 'abort', 'kill'] as const) {
    process[name] = () => {
      throw new FriendlyError(`The program called process.${name}; a function that is graded has to return or throw.`);
    };
  }
}
