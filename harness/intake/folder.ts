import { constants, existsSync } from 'node:fs';
import { type FileHandle, open, readdir } from 'node:fs/promises';
import type { Collector } from './collect.ts';
import { codeOf, RejectedError } from './errors.ts';
import { decodeName, escapeName, isClutter } from './names.ts';

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK, O_DIRECTORY } = constants;
const SLASH = Buffer.from('/');
// Names under an open folder: on Linux through the descriptor, so that nobody can swap the folder for a link meanwhile.
const HAS_DESCRIPTOR_PATHS = process.platform === 'linux' && existsSync('/proc/self/fd');

/** Reads a folder and the folders in it into the collector. Links and special files are never opened. */
export async function readFolder(path: Buffer, collector: Collector): Promise<void> {
  await walk(path, '', collector);
}

async function walk(path: Buffer, prefix: string, collector: Collector): Promise<void> {
  const folder = await openOrReject(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, prefix || 'the folder');
  try {
    const base = HAS_DESCRIPTOR_PATHS ? Buffer.from(`/proc/self/fd/${folder.fd}`) : path;
    const entries = await readdir(base, { withFileTypes: true, encoding: 'buffer' });
    entries.sort((a, b) => Buffer.compare(a.name, b.name));
    for (const entry of entries) {
      const name = decodeName(entry.name);
      if (name === undefined) {
        collector.ignore(
          `${prefix}${escapeName(entry.name)}`,
          'its name is not UTF-8; please rename it with plain letters',
        );
        continue;
      }
      const inner = Buffer.concat([base, SLASH, entry.name]);
      await visit(inner, `${prefix}${name}`, entry, collector);
    }
  } finally {
    await folder.close();
  }
}

interface Kind {
  isDirectory(): boolean;
  isFile(): boolean;
  isSymbolicLink(): boolean;
}

async function visit(path: Buffer, name: string, kind: Kind, collector: Collector): Promise<void> {
  if (kind.isDirectory()) {
    const { clutter } = collector.enterFolder(name);
    if (!clutter) await walk(path, `${name}/`, collector);
  } else if (kind.isFile()) {
    await readFile(path, name, collector);
  } else if (!isClutter(name)) {
    collector.ignore(name, kind.isSymbolicLink() ? 'links are not followed' : 'it is not an ordinary file');
  }
}

async function readFile(path: Buffer, name: string, collector: Collector): Promise<void> {
  if (isClutter(name)) return;
  // Not blocking: should the file have become a pipe, opening it must not wait for a writer.
  const file = await openOrReject(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, name);
  try {
    const stat = await file.stat();
    if (!stat.isFile()) return collector.ignore(name, 'it is not an ordinary file');
    const decision = collector.decide(name, stat.size);
    if (decision.take) collector.add(decision.path, await readAtMost(file, stat.size));
  } finally {
    await file.close();
  }
}

/** No more than the size that was checked, even if the file grows meanwhile. */
export async function readAtMost(file: FileHandle, size: number): Promise<Buffer> {
  const buffer = Buffer.alloc(size);
  let length = 0;
  while (length < size) {
    const { bytesRead } = await file.read(buffer, length, size - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.subarray(0, length);
}

export async function openOrReject(path: Buffer, flags: number, name: string): Promise<FileHandle> {
  try {
    return await open(path, flags);
  } catch (error) {
    const code = codeOf(error);
    const why =
      code === 'EACCES' || code === 'EPERM'
        ? 'the grader may not read it (permission denied)'
        : code === 'ELOOP' || code === 'ENOTDIR'
          ? 'it is a link, and links are not followed'
          : `it cannot be opened (${code})`;
    throw new RejectedError(
      `Your submission could not be read. This is not your fault; the teaching staff will look at it.`,
      `${name}: ${why}; make it readable and grade again`,
    );
  }
}
