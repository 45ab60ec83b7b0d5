import { stop, type TransformOptions, type TransformResult, transform } from 'esbuild';

/**
 * esbuild runs as one child process for the whole program. A hostile file can hang that process or overflow its stack, and
 * then takes every transform under way with it. So each transform has a deadline; what failed together
 * with the process is tried once more, alone, and only a file that fails alone is to blame.
 */
export class CompilerFailure extends Error {
  readonly reason: 'timeout' | 'crash';
  constructor(reason: 'timeout' | 'crash') {
    super(reason === 'timeout' ? 'the compiler did not finish in time' : 'the compiler broke down');
    this.name = 'CompilerFailure';
    this.reason = reason;
  }
}

const underWay = new Map<Promise<unknown>, (failure: CompilerFailure) => void>();
let alone: Promise<unknown> | undefined;
let starts = 0;

/** esbuild's `transform`; throws its error with `errors` for a mistake in the code, else {@link CompilerFailure}. */
export async function guardedTransform(
  code: string,
  options: TransformOptions,
  timeoutMs: number,
): Promise<TransformResult> {
  while (alone) await alone;
  const wasAlone = underWay.size === 0;
  const startsBefore = starts;
  try {
    return await attempt(code, options, timeoutMs);
  } catch (error) {
    const stayedAlone = wasAlone && starts === startsBefore + 1;
    if (!(error instanceof CompilerFailure) || stayedAlone) throw error;
  }
  return runAlone(() => attempt(code, options, timeoutMs));
}

/** Ends the compiler's process; the next transform starts a new one. Programs end without this call as well. */
export async function stopCompiler(): Promise<void> {
  for (const fail of underWay.values()) fail(new CompilerFailure('crash'));
  await stop();
}

async function runAlone<T>(task: () => Promise<T>): Promise<T> {
  while (alone) await alone;
  let release = (): void => {};
  alone = new Promise<void>((resolve) => {
    release = () => {
      alone = undefined;
      resolve();
    };
  });
  try {
    await Promise.allSettled(underWay.keys());
    return await task();
  } finally {
    release();
  }
}

async function attempt(code: string, options: TransformOptions, timeoutMs: number): Promise<TransformResult> {
  let fail: (failure: CompilerFailure) => void = () => {};
  let cancel = (): void => {};
  starts++;
  const result = new Promise<TransformResult>((resolve, reject) => {
    fail = reject;
    cancel = afterWaiting(timeoutMs, () => reject(new CompilerFailure('timeout')));
    quietly(() => transform(code, options)).then(resolve, (error) =>
      reject(isCodeError(error) ? error : new CompilerFailure('crash')),
    );
  });
  underWay.set(result, fail);
  try {
    return await result;
  } catch (error) {
    underWay.delete(result);
    // After a breakdown esbuild refuses everything until it is stopped for good.
    if (error instanceof CompilerFailure) await stopCompiler();
    throw error;
  } finally {
    underWay.delete(result);
    cancel();
  }
}

/** Should the compiler's process start here and later break down, it does not print pages of Go stack to the terminal. */
function quietly<T>(start: () => T): T {
  const before = process.env.GOTRACEBACK;
  process.env.GOTRACEBACK = 'none';
  try {
    return start();
  } finally {
    if (before === undefined) delete process.env.GOTRACEBACK;
    else process.env.GOTRACEBACK = before;
  }
}

/** In two halves, so that time in which this program itself was busy is not charged to the compiler. */
function afterWaiting(ms: number, act: () => void): () => void {
  let timer = setTimeout(() => {
    timer = setTimeout(act, ms / 2);
  }, ms / 2);
  return () => clearTimeout(timer);
}

function isCodeError(error: unknown): boolean {
  return (
    error instanceof Error && 'errors' in error && Array.isArray(error.errors) && error.errors.some((e) => e.location)
  );
}
