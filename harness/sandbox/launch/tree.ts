import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTime, state } from './owner.ts';
import type { Status, StatusRecord } from './status.ts';

/** How the outermost process ended, or why it never was one. */
export interface Ended {
  code: number | null;
  signal: string | null;
  error: Error | null;
}

export function ended(child: ChildProcess): Promise<Ended> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal, error: null }));
    child.once('error', (error) => resolve({ code: null, signal: null, error }));
  });
}

/**
 * Kills the first process of the process-id namespace: the kernel ends all others with it, and bwrap's monitor reports and
 * ends after them. Before bwrap has told its number there is nothing that could have forked.
 */
export async function killInside(child: ChildProcess, status: Status): Promise<void> {
  const { inner } = await Promise.race([status.first, sleep(500, { inner: null }, { ref: false })]);
  if (inner && running(inner)) signal(inner.pid);
  else child.kill('SIGKILL');
}

/** Waits until the first process of a namespace, and with it the whole namespace, is no more. */
export async function gone(inner: NonNullable<StatusRecord['inner']>): Promise<void> {
  for (let wait = 1; running(inner); wait = Math.min(2 * wait, 50)) {
    signal(inner.pid);
    await sleep(wait);
  }
}

/** A first process that is dead but not yet reaped has outlived all others of its namespace. */
function running(inner: NonNullable<StatusRecord['inner']>): boolean {
  return inner.start !== '' && startTime(inner.pid) === inner.start && state(inner.pid) !== 'Z';
}

/** Kills the process group of a detached child. */
export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') {
    spawn('taskkill', ['/pid', String(child.pid), '/t', '/f'], { stdio: 'ignore' }).once('error', () => child.kill());
  } else signal(-child.pid);
}

/** Ends what is left of the group when its leader has gone, and waits for it. */
export async function groupGone(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || process.platform === 'win32') return;
  for (let wait = 1; signal(-child.pid); wait = Math.min(2 * wait, 50)) await sleep(wait);
}

/** @returns false when there is no such process (group). */
function signal(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
