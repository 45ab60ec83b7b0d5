import * as path from 'node:path';
import type { SandboxLevel } from '../model/observation.ts';
import { type WorkerBackend, type WorkerBundle, workerBundle } from './bundle.ts';
import type { Limits } from './launch/launch.ts';
import { FrameKind } from './protocol/frame.ts';
import { WorkerProcess } from './worker-process.ts';

export interface PoolOptions {
  level: SandboxLevel;
  limits: Limits;
  /** Bytes that a program may print. */
  outputBytes: number;
  /** Workers kept ready for each backend in use. */
  spare: number;
}

/** Limits for workers when a rubric says nothing. */
export const DEFAULT_LIMITS: Limits = {
  memoryMb: 1536,
  cpuSeconds: 600,
  processes: 64,
  fileMb: 32,
  openFiles: 256,
  tmpMb: 64,
};

const MAX_ATTEMPTS = 3;

/** A new spare is started when the taker of the last one has had time for the first call: starting blocks this process. */
const REFILL_MS = 15;

/** Keeps fresh workers started ahead of need, so that a submission waits milliseconds and not for Node to start. */
export class WorkerPool {
  readonly options: PoolOptions;
  readonly #spares = new Map<WorkerBackend, Promise<WorkerProcess>[]>();
  readonly #alive = new Set<WorkerProcess>();
  #closed = false;

  constructor(options: PoolOptions) {
    this.options = options;
  }

  /**
   * A worker that no student's code has touched. The taker ends it with `kill`. One that fails to start is tried again:
   * on a busy machine that may happen once, and no submission should suffer from it.
   */
  async take(backend: WorkerBackend): Promise<WorkerProcess> {
    const spares = this.#spares.get(backend) ?? [];
    this.#spares.set(backend, spares);
    for (let attempt = 1; ; attempt++) {
      const worker = await (spares.shift() ?? this.#start(backend));
      setTimeout(() => this.#refill(backend, spares), REFILL_MS);
      if (worker.alive || attempt === MAX_ATTEMPTS) return worker;
      await worker.kill();
    }
  }

  /** Ends every worker that was started and is not ended yet. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#alive].map((worker) => worker.kill()));
    await Promise.allSettled([...this.#spares.values()].flat());
  }

  #refill(backend: WorkerBackend, spares: Promise<WorkerProcess>[]): void {
    while (!this.#closed && spares.length < this.options.spare) spares.push(this.#startAhead(backend));
  }

  #startAhead(backend: WorkerBackend): Promise<WorkerProcess> {
    const starting = this.#start(backend);
    starting.catch(() => {}); // Told to the one who takes it.
    return starting;
  }

  async #start(backend: WorkerBackend): Promise<WorkerProcess> {
    const { level, limits, outputBytes } = this.options;
    // Node's own heap limit lies below the sandbox's, so that a full heap ends with Node's message, not the kernel's.
    const bundle = await workerBundle(backend, Math.floor(limits.memoryMb * 0.6));
    if (this.#closed) throw new Error('no worker is started any more: the pool was closed');
    const worker = new WorkerProcess(launchOptions(bundle, level, limits), outputBytes);
    this.#alive.add(worker);
    const kill = worker.kill.bind(worker);
    worker.kill = async () => {
      await kill();
      this.#alive.delete(worker);
    };
    if ((await worker.ready) === undefined) await measureRoundTrip(worker);
    return worker;
  }
}

function launchOptions(bundle: WorkerBundle, level: SandboxLevel, limits: Limits) {
  return {
    level,
    script: bundle.script,
    snapshot: bundle.snapshot,
    nodeArgs: bundle.nodeArgs,
    readOnly: bundle.files.map((from) => ({ from, to: `/app/${path.basename(from)}` })),
    limits,
  };
}

/** A quiet machine needs a tenth of it. What a busy one adds it does not add to every call, so it is not taken off each. */
const MOST_ROUND_TRIP_MS = 0.5;

async function measureRoundTrip(worker: WorkerProcess): Promise<void> {
  worker.locate();
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 3; i++) {
    const reply = await worker.request(FrameKind.ping, null, 10_000);
    best = Math.min(best, reply.ms);
  }
  worker.roundTripMs = Math.min(best, MOST_ROUND_TRIP_MS);
}
