import { readFileSync, readlinkSync } from 'node:fs';

/**
 * Who made a folder or cgroup, so that leftovers of a killed grader can be told from those of one at work.
 * A process id alone is used again; with its start time (clock ticks since boot, proc(5) stat field 22) it is not.
 */
export interface Owner {
  pid: number;
  start: string;
}

export function self(): Owner {
  return { pid: process.pid, start: startTime(process.pid) ?? '0' };
}

export function alive(owner: Owner): boolean {
  const start = startTime(owner.pid);
  return start !== null && start === owner.start;
}

/** Process ids mean something only within one boot and one process-id namespace. */
export function pidSpace(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return 'unknown';
  }
}

/** Clock ticks since boot, or null when there is no such process. */
export function startTime(pid: number): string | null {
  return stat(pid)?.[19] ?? null;
}

/** One letter as in proc(5): Z is dead and waits to be reaped. */
export function state(pid: number): string | null {
  return stat(pid)?.[0] ?? null;
}

/** Fields of /proc/PID/stat from the third. The second, the command, may hold spaces and parentheses: count from its end. */
function stat(pid: number): string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}
