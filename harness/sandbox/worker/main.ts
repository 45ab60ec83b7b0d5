import * as net from 'node:net';

import type { Call } from '../../model/call.ts';
import type { WorkerMode } from '../../model/exercise.ts';
import { decode, encode } from '../protocol/codec.ts';
import { type Frame, FrameKind, FrameReader, NONCE_BYTES, writeFrame } from '../protocol/frame.ts';
import { restrictGradients } from './engine.ts';
import { describeError } from './errors.ts';
import { hideFloat32 } from './float32.ts';
import { invoke, type Session } from './invoke.ts';
import { makeModules } from './modules.ts';
import type { Tf } from './tf.ts';

export interface LoadRequest {
  modules: { path: string; code: string }[];
  gradients: WorkerMode['gradients'];
  doubles: boolean;
}

const MAX_REQUEST = 256 * 1024 * 1024;

/** tfjs as students import it: the harness chooses the backend, so asking for one is heard and changes nothing. */
function studentView(tf: Tf): Record<string, unknown> {
  return { ...tf, setBackend: async () => true, setWasmPaths: () => {}, setThreadsCount: () => {} };
}

/** Serves requests on fd 3 until it closes. Everything beside this file's folder in the process is the student's. */
export function serve(tf: Tf): void {
  const channel = new net.Socket({ fd: 3, readable: true, writable: true });
  const reader = new FrameReader(MAX_REQUEST);
  let session: Session | undefined;

  const reply = (kind: number, nonce: Uint8Array, value: unknown): void => {
    channel.write(writeFrame(kind, nonce, encode(value)));
  };

  async function answer(frame: Frame): Promise<unknown> {
    const request = decode(frame.body, true);
    if (frame.kind === FrameKind.ping) return null;
    if (frame.kind === FrameKind.load) {
      const load = request as LoadRequest;
      restrictGradients(tf, load.gradients);
      if (load.doubles) hideFloat32();
      session = { tf, modules: makeModules(load.modules, studentView(tf)), kept: new Map(), primed: new Set() };
      return null;
    }
    if (frame.kind === FrameKind.open) {
      const namespace = await session!.modules.open(request as string);
      return Object.keys(namespace).filter((name) => typeof namespace[name] === 'function');
    }
    return await invoke(session!, request as Call);
  }

  // Errors outside any call (a timer, a promise that nobody awaits) end the process; the request at hand says why.
  let current: Uint8Array | undefined;
  const lastWords = (error: unknown): void => {
    if (current !== undefined) reply(FrameKind.failure, current, describeError(error));
    channel.end(() => process.exit(1));
  };
  process.on('uncaughtException', lastWords);
  process.on('unhandledRejection', lastWords);

  let queue = Promise.resolve();
  channel.on('data', (chunk) => {
    for (const frame of reader.push(chunk)) {
      const nonce = frame.nonce.slice();
      queue = queue.then(async () => {
        current = nonce;
        try {
          reply(FrameKind.result, nonce, await answer(frame));
        } catch (error) {
          reply(FrameKind.failure, nonce, describeError(error));
        }
        current = undefined;
      });
    }
  });
  channel.on('close', () => process.exit(0));
  reply(FrameKind.ready, new Uint8Array(NONCE_BYTES), null);
}
