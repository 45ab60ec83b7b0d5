import { afterAll, beforeAll } from 'vitest';
import type { CatalogueEntry } from '../../../harness/catalogue.ts';
import type { Call } from '../../../harness/model/call.ts';
import { defineExercise, type WorkerMode } from '../../../harness/model/exercise.ts';
import type { Failure, Outcome, SandboxLevel, Success } from '../../../harness/model/observation.ts';
import type { Value } from '../../../harness/model/value.ts';
import { makeProgram } from '../../../harness/program.ts';
import type { WorkerBackend } from '../../../harness/sandbox/bundle.ts';
import type { Limits } from '../../../harness/sandbox/launch/launch.ts';
import { detectLevel } from '../../../harness/sandbox/level.ts';
import { DEFAULT_LIMITS, WorkerPool } from '../../../harness/sandbox/pool.ts';
import type { Program } from '../../../harness/sandbox/program.ts';
import { Session } from '../../../harness/sandbox/session.ts';
import type { Quota } from '../../../harness/sandbox/worker-process.ts';

/** No deadline of a test that does not test deadlines: the machine may be as busy as it likes. */
export const LONG = 50_000;

const NOTHING: CatalogueEntry = {
  exercise: defineExercise({ id: 'none', assignment: 'none', title: 'none', functions: {}, checks: () => [] }),
  folder: '/',
};

export type Files = Record<string, string>;

/** A program of these files, by the way that a submission takes. */
export function programOf(files: Files): Promise<Program> {
  const bytes = Object.entries(files).map(([name, text]) => [name, new TextEncoder().encode(text)] as const);
  return makeProgram(new Map(bytes), NOTHING);
}

export interface PoolSettings {
  /** The best that there is where not given. */
  level?: SandboxLevel;
  limits?: Partial<Limits>;
  outputBytes?: number;
  spare?: number;
}

/** A pool for the tests of a file or group. */
export function usePool({ level, limits, outputBytes = 1 << 20, spare = 1 }: PoolSettings = {}): () => WorkerPool {
  let pool: WorkerPool | undefined;
  beforeAll(async () => {
    const best = level ?? (await detectLevel()).level;
    pool = new WorkerPool({ level: best, limits: { ...DEFAULT_LIMITS, ...limits }, outputBytes, spare });
  });
  afterAll(async () => pool?.close());
  return () => pool!;
}

export interface SessionSettings {
  gradients?: WorkerMode['gradients'];
  backend?: WorkerBackend;
  loadDeadlineMs?: number;
  quota?: Quota;
}

export interface TestSession {
  session: Session;
  /** A call of `module.fn`. */
  ask(path: string, args?: Call['args'], more?: Partial<Call>, deadlineMs?: number): Promise<Outcome>;
  /** The same, of which the result is wanted. */
  value(path: string, args?: Call['args'], more?: Partial<Call>): Promise<Value>;
  /** The same, which has to fail. */
  failure(path: string, args?: Call['args'], more?: Partial<Call>, deadlineMs?: number): Promise<Failure>;
}

export async function openSession(
  pool: WorkerPool,
  files: Files,
  settings: SessionSettings = {},
): Promise<TestSession> {
  const session = new Session(pool, await programOf(files), {
    gradients: 'all',
    backend: 'float64',
    loadDeadlineMs: LONG,
    ...settings,
  });
  const ask: TestSession['ask'] = (path, args = [], more = {}, deadlineMs = LONG) => {
    const [module, fn] = path.split('.') as [string, string];
    return session.call({ module, fn, args, ...more }, deadlineMs);
  };
  return {
    session,
    ask,
    value: async (...asked) => succeeded(await ask(...asked)).value,
    failure: async (...asked) => failed(await ask(...asked)),
  };
}

/** One session for all tests of a group. */
export function useSession(pool: () => WorkerPool, files: Files, settings: SessionSettings = {}): () => TestSession {
  let session: TestSession | undefined;
  beforeAll(async () => {
    session = await openSession(pool(), files, settings);
  });
  afterAll(async () => session?.session.close());
  return () => session!;
}

export function succeeded(outcome: Outcome): Success {
  if (outcome.status !== 'ok') throw new Error(`${outcome.status}: ${outcome.message} (${outcome.location})`);
  return outcome;
}

export function failed(outcome: Outcome): Failure {
  if (outcome.status === 'ok') throw new Error(`a failure was expected, but there is ${JSON.stringify(outcome.value)}`);
  return outcome;
}

/** The entries of a tensor result. */
export function entries(value: Value): number[] {
  return [...(value as { data: Iterable<number> }).data];
}
