import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks are hundredths of a second on every Linux that Node runs on (sysconf(_SC_CLK_TCK)). */
const TICK_MS = 10;

/**
 * How long the processes of a tree have stood ready without getting a processor, in milliseconds, summed over their
 * first threads; undefined where the system does not tell. From /proc/<pid>/schedstat, whose second number is the
 * time on a run queue in nanoseconds (Linux, Documentation/scheduler/sched-stats).
 */
export function runDelayMs(root: number): number | undefined {
  let total: number | undefined;
  for (const pid of treeOf(root)) {
    const delay = ownRunDelayMs(pid);
    if (delay !== undefined) total = (total ?? 0) + delay;
  }
  return total;
}

function treeOf(root: number): number[] {
  const queue = [root];
  // Sandboxes hold a handful of processes; the bound guards against a tree that grows while it is read.
  for (let i = 0; i < queue.length && i < 64; i++) queue.push(...childrenOf(queue[i]!));
  return queue;
}

/** Processor time of threads, in milliseconds. */
export interface ThreadTime {
  /** Of those that are alive, to the nanosecond: the first number of /proc/<pid>/task/<thread>/schedstat. */
  alive: number;
  /** Of those that ended, too: fields 14 and 15 of proc(5) stat, each rounded down to clock ticks. */
  all: number;
}

/** The time of the threads of a tree, but the first of each process. */
export function otherThreads(root: number): ThreadTime {
  const total = { alive: 0, all: 0 };
  for (const pid of treeOf(root)) {
    const own = otherThreadsOf(pid);
    total.alive += own.alive;
    total.all += own.all;
  }
  return total;
}

/** The same of one process alone. */
export function otherThreadsOf(pid: number): ThreadTime {
  const stat = read(`/proc/${pid}/stat`);
  const first = ranMs(`/proc/${pid}/schedstat`);
  if (stat === undefined) return { alive: 0, all: 0 };
  const threads = list(`/proc/${pid}/task`).filter((thread) => thread !== String(pid));
  // The second field, the command, may hold spaces and parentheses: counted from its end.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    alive: threads.reduce((sum, thread) => sum + ranMs(`/proc/${pid}/task/${thread}/schedstat`), 0),
    all: Math.max(0, (Number(fields[11]) + Number(fields[12])) * TICK_MS - first),
  };
}

/**
 * How much of the time that a program waited for a processor is to be taken off: what its own threads took from it is its
 * own doing, and else a program could let threads do its work and be timed while it waits for them.
 */
export function creditedWait(elapsedMs: number, waitedMs: number, before: ThreadTime, after: ThreadTime): number {
  const threads = Math.max(after.alive - before.alive, after.all - before.all - 2 * TICK_MS, 0);
  return Math.max(0, Math.min(waitedMs, elapsedMs - threads));
}

/** How long the first thread of one process alone has stood ready. */
export function ownRunDelayMs(pid: number): number | undefined {
  const delay = Number(read(`/proc/${pid}/schedstat`)?.split(' ')[1]);
  return Number.isFinite(delay) ? delay / 1e6 : undefined;
}

/** The process at the end of a chain of only children: of a sandbox in which nothing was started yet, the worker itself. */
export function innermost(root: number): number {
  let pid = root;
  for (let depth = 0; depth < 16; depth++) {
    const [child] = childrenOf(pid);
    if (child === undefined) break;
    pid = child;
  }
  return pid;
}

function ranMs(schedstat: string): number {
  const ran = Number(read(schedstat)?.split(' ')[0]);
  return Number.isFinite(ran) ? ran / 1e6 : 0;
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function childrenOf(pid: number): number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`)?.split(' ').map(Number) ?? [];
  return children.filter((child) => child > 0);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}
