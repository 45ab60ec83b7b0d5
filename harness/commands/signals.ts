import { EXIT } from './exit.ts';

/** What asks a program to end: Ctrl-C, `kill`, a closed terminal. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * npx hands a Ctrl-C on that the terminal has already sent to the whole group: a second signal within this time is the
 * same one.
 */
const SAME_MS = 300;

/**
 * Runs `work` with a signal that aborts at the first Ctrl-C (or `kill`); `note` then tells so. The second one ends the
 * process at once: workers die with it, and everything finished is on the disk already.
 */
export async function stoppable<T>(note: () => void, work: (stop: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  let first = 0;
  const onSignal = (): void => {
    if (!stop.signal.aborted) {
      first = performance.now();
      note();
      stop.abort();
    } else if (performance.now() - first > SAME_MS) process.exit(EXIT.stopped);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    return await work(stop.signal);
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}
