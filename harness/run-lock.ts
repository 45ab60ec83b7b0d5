import { readFileSync, unlinkSync } from 'node:fs';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { UsageError } from './intake/errors.ts';
import { isRunning, StorageError } from './replace-file.ts';
import { alive, pidSpace, self } from './sandbox/launch/owner.ts';

const NAME = '.gradus-lock';

interface Holder {
  pid: number;
  /** With the number it names one process for ever: numbers are used again. */
  start: string;
  space: string;
  since: string;
}

export interface FolderLock {
  /** Throws UsageError where another process has the lock after all: see takeOver. Ask before writing. */
  confirm(): Promise<void>;
  release(): Promise<void>;
}

let count = 0;

/**
 * Makes this process the only one that writes to an output folder, until the lock is released or the process ends. A lock
 * that a killed process left is taken over. Throws UsageError where another process is at work.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const file = path.join(folder, NAME);
  const number = count++;
  const own = `${file}.${process.pid}-${number}.tmp`;
  const holder: Holder = { ...self(), space: pidSpace(), since: new Date().toISOString() };
  const content = JSON.stringify({ ...holder, number });
  // Linked into place: the lock appears with its content, so that nobody ever reads half of one.
  await write(own, content);
  try {
    while (!(await tryLink(own, file))) await takeOver(file, number);
  } finally {
    await rm(own, { force: true });
  }
  const onExit = (): void => {
    try {
      if (readFileSync(file, 'utf8') === content) unlinkSync(file);
    } catch {}
  };
  process.once('exit', onExit);
  return {
    async confirm() {
      const now = await readFile(file, 'utf8').catch(() => undefined);
      if (now === content) return;
      if (now !== undefined) refuseLiving(now, file);
      throw new UsageError(
        'Another gradus has taken this folder',
        folder,
        'Run the same command again, or choose another --out',
      );
    },
    async release() {
      process.off('exit', onExit);
      onExit();
    },
  };
}

async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    // Some file systems have no links; there the lock is made in one step less safely.
    if (code === 'EPERM' || code === 'ENOTSUP' || code === 'ENOSYS') return createExclusive(from, to);
    throw new StorageError(to, error);
  }
}

async function createExclusive(from: string, to: string): Promise<boolean> {
  try {
    await writeFile(to, await readFile(from), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new StorageError(to, error);
  }
}

/**
 * Puts the lock of a dead process aside; throws where its holder is at work, or where that cannot be known. Of several
 * that take the same lock over, one may put the new lock of another aside. It gives it back, and if a third was faster, the
 * other learns of it when it confirms.
 */
async function takeOver(file: string, number: number): Promise<void> {
  const before = await readFile(file, 'utf8').catch(() => undefined);
  if (before === undefined) return; // Given back in the meantime.
  refuseLiving(before, file);
  const aside = `${file}.old.${process.pid}-${number}.tmp`;
  try {
    await rename(file, aside);
  } catch {
    return; // Another process was faster.
  }
  const taken = await readFile(aside, 'utf8').catch(() => '');
  if (taken !== before) await link(aside, file).catch(() => {});
  await rm(aside, { force: true });
}

function refuseLiving(content: string, file: string): void {
  const holder = parse(content);
  if (holder === undefined) return; // Nobody who is alive wrote this.
  const space = pidSpace();
  const sameBoot = holder.space.split(' ')[0] === space.split(' ')[0];
  if (!sameBoot) return;
  if (holder.space !== space) {
    throw new UsageError(
      `Another gradus, perhaps in a container, has been writing to this folder since ${holder.since}`,
      path.dirname(file),
      `Wait until it has finished, or choose another --out; if none is at work, remove ${file}`,
    );
  }
  if (!(process.platform === 'linux' ? alive(holder) : isRunning(holder.pid))) return;
  throw new UsageError(
    `Another gradus (process ${holder.pid}) has been writing to this folder since ${holder.since}`,
    path.dirname(file),
    'Wait until it has finished, or choose another --out',
  );
}

function parse(content: string): Holder | undefined {
  try {
    const { pid, start, space, since } = JSON.parse(content) as Partial<Holder>;
    if (typeof pid !== 'number' || typeof start !== 'string' || typeof space !== 'string') return undefined;
    return { pid, start, space, since: String(since) };
  } catch {
    return undefined;
  }
}

async function write(file: string, content: string): Promise<void> {
  try {
    await writeFile(file, content);
  } catch (error) {
    throw new StorageError(file, error);
  }
}
