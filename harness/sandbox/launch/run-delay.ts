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
    const delay = Number(read(`/proc/${pid}/schedstat`)?.split(' ')[1]);
    if (Number.isFinite(delay)) total = (total ?? 0) + delay / 1e6;
    const children = read(`/proc/${pid}/task/${pid}/children`)?.split(' ').map(Number) ?? [];
    queue.push(...children.filter((child) => child > 0));
  }
  return total;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}
