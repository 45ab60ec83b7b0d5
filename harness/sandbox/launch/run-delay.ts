import { readFileSync } from 'node:fs';

/**
 * How long the processes of a tree have stood ready without getting a processor, in milliseconds, summed over their
 * first threads; undefined where the system does not tell. From /proc/<pid>/schedstat, whose second number is the
 * time on a run queue in nanoseconds (Linux, Documentation/scheduler/sched-stats).
 */
export function runDelayMs(root: number): number | undefined {
  let total: number | undefined;
  const queue = [root];
  // Sandboxes hold a handful of processes; the bound guards against a tree that grows while it is read.
  for (let i = 0; i < queue.length && i < 64; i++) {
    const pid = queue[i]!;
    const delay = ownRunDelayMs(pid);
    if (delay !== undefined) total = (total ?? 0) + delay;
    queue.push(...childrenOf(pid));
  }
  return total;
}

/** The same of one process alone. */
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
