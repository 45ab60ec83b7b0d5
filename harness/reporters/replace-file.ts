import { open, rename, rm } from 'node:fs/promises';
import * as path from 'node:path';

/**
 * Puts a whole new file in the place of the old one: readers, and whoever comes after a crash, see one or the other and never
 * a part. `durable` waits until the bytes are on the disk before the name points to them.
 * Throws with the path and what to do where the file cannot be written; the old file is then untouched.
 */
export async function replaceFile(file: string, data: string | Uint8Array, durable = false): Promise<void> {
  const temporary = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.tmp`);
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
    throw new Error(`Cannot write ${file}: ${reason(error)}`, { cause: error });
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
