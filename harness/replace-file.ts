import { open, readdir, rename, rm } from 'node:fs/promises';
import * as path from 'node:path';

/** Something could not be kept on the disk. Nothing that was there before is harmed; the same command goes on later. */
export class StorageError extends Error {
  constructor(file: string, error: unknown) {
    super(`Cannot write ${file}: ${reason(error)}`, { cause: error });
    this.name = 'StorageError';
  }
}

let count = 0;

/**
 * Puts a whole new file in the place of the old one: readers, and whoever comes after a crash, see one or the other and never
 * a part. `durable` waits until the bytes are on the disk before the name points to them.
 * Throws StorageError with the path and what to do where the file cannot be written; the old file is then untouched.
 */
export async function replaceFile(file: string, data: string | Uint8Array, durable = false): Promise<void> {
  // A name of its own for every write: two writers of one file must not meet in the temporary one.
  const temporary = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}-${count++}.tmp`);
  try {
    const handle = await open(temporary, 'w');
    try {
      await handle.writeFile(data);
      if (durable) await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw new StorageError(file, error);
  }
}

const TEMPORARY = /^\..*\.(\d+)-\d+\.tmp$/;

/**
 * Removes what killed processes were writing in a folder when they ended; not what a process that is alive writes.
 * `own`: also files under this process's own number. Before it has written anything they are an earlier process's.
 */
export async function removeTemporaries(folder: string, own = false): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const left = names.filter((name) => {
    const [, pid] = TEMPORARY.exec(name) ?? [];
    return pid !== undefined && (Number(pid) === process.pid ? own : !isRunning(Number(pid)));
  });
  await Promise.all(left.map((name) => rm(path.join(folder, name), { force: true })));
}

/** Whether there is a process of this number that this one can see. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOSPC':
      return 'the disk is full. Make room and run the same command again.';
    case 'EDQUOT':
      return 'your quota on this disk is used up. Make room and run the same command again.';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'the folder may not be written to. Choose another output folder or change its permissions.';
    default:
      return message;
  }
}
