import { constants, type Dirent, type Stats } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { codeOf, UsageError } from './errors.ts';
import { readAtMost } from './folder.ts';
import type { Metadata } from './metadata.ts';
import { decodeName, escapeName, foldName, isClutter, isProgram, METADATA_FILE, reasonToIgnore } from './names.ts';
import { type Roster, readRoster } from './roster.ts';

export interface SubmissionEntry {
  /** Unique in its class, also where case does not count. */
  id: string;
  kind: 'folder' | 'archive' | 'rejected';
  /** Where it lies, for messages. */
  location: string;
  /** The same as the file system spells it. */
  path: Buffer;
  /** From the class's `students.csv`. */
  metadata?: Metadata;
  remarks: string[];
  /** Why it is rejected before it is read. */
  rejection?: { message: string; detail: string };
}

export interface ListOptions {
  /** What the folder is; without it the files in it decide. */
  as?: 'class' | 'submission';
}

const READABLE_ARCHIVE = /\.(?:zip|tar\.gz|tgz|tar)$/i;
const OTHER_ARCHIVE = /\.(?:rar|7z|gz|bz2|xz|zst|tbz2?|txz|lzh|cab)$/i;
const ROSTER_FILE = 'students.csv';
const ROSTER_BYTES = 8 * 1024 * 1024;

/**
 * The submissions at a path, sorted by id; nothing of them is read yet. The path is a class (a folder with one folder or
 * archive a submission), one submission's folder, or one archive. Throws {@link UsageError} where there is none.
 */
export async function* listSubmissions(path: string, options: ListOptions = {}): AsyncGenerator<SubmissionEntry> {
  const name = basename(resolve(path));
  const { root, kind } = await locate(path);
  if (kind.isFile()) {
    yield fromArchive(root, name, path);
    return;
  }
  if (!kind.isDirectory()) {
    throw new UsageError(
      'This is neither a folder nor an archive',
      path,
      'Give a folder of submissions, or one submission',
    );
  }
  const children = await childrenOf(root, path);
  if (options.as === 'submission' || (options.as !== 'class' && looksLikeSubmission(children))) {
    yield { id: name, kind: 'folder', location: path, path: Buffer.from(root), remarks: [] };
    return;
  }
  const entries = rejectCollisions(children.flatMap((child) => fromChild(root, child) ?? []));
  if (entries.length === 0) {
    const todo = 'Give a folder with one folder or archive (.zip, .tar.gz) for each submission, or one submission';
    throw new UsageError('There is no submission in this folder', path, todo);
  }
  const roster = await rosterOf(root, children);
  for (const entry of entries.sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const metadata = roster?.get(entry.id);
    yield metadata ? { ...entry, metadata } : entry;
  }
}

/** The path itself may be a link: whoever starts the program chose it. Links inside are another matter. */
async function locate(path: string): Promise<{ root: string; kind: Stats }> {
  try {
    const root = await realpath(path);
    return { root, kind: await stat(root) };
  } catch (error) {
    throw unreadable(error, path);
  }
}

async function childrenOf(root: string, path: string): Promise<Dirent<Buffer>[]> {
  try {
    return await readdir(Buffer.from(root), { withFileTypes: true, encoding: 'buffer' });
  } catch (error) {
    throw unreadable(error, path);
  }
}

function unreadable(error: unknown, path: string): UsageError {
  const code = codeOf(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new UsageError(
      'There is no such file or folder',
      path,
      'Check the spelling; the path starts at the folder you are in',
    );
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new UsageError('This may not be read (permission denied)', path, 'Make it readable for your account');
  }
  return new UsageError(`This cannot be read (${code || String(error)})`, path, 'Check the disk and the path');
}

function fromArchive(root: string, name: string, path: string): SubmissionEntry {
  if (!READABLE_ARCHIVE.test(name)) {
    throw new UsageError(
      'This file is no archive that can be read',
      path,
      'Give a folder, a .zip, a .tar.gz or a .tgz',
    );
  }
  return {
    id: name.replace(READABLE_ARCHIVE, '') || name,
    kind: 'archive',
    location: path,
    path: Buffer.from(root),
    remarks: [],
  };
}

/** A program lying directly in the folder, or files that a submission may have and nothing that could be one itself. */
function looksLikeSubmission(children: readonly Dirent<Buffer>[]): boolean {
  const named = children
    .map((child) => ({ child, name: decodeName(child.name) ?? '' }))
    .filter(({ name }) => !isClutter(name || 'x'));
  const files = named.filter(({ child }) => child.isFile());
  if (files.some(({ name }) => isProgram(name) || name === METADATA_FILE)) return true;
  const couldBeOne = named.some(
    ({ child, name }) =>
      child.isDirectory() || child.isSymbolicLink() || READABLE_ARCHIVE.test(name) || OTHER_ARCHIVE.test(name),
  );
  return !couldBeOne && files.some(({ name }) => reasonToIgnore(name) === undefined);
}

function fromChild(root: string, child: Dirent<Buffer>): SubmissionEntry | undefined {
  const decoded = decodeName(child.name);
  const name = decoded ?? escapeName(child.name);
  if (isClutter(name)) return undefined;
  const path = Buffer.concat([Buffer.from(`${root}/`), child.name]);
  const remarks = decoded === undefined ? [`The name of this submission is not UTF-8; it is shown as ${name}.`] : [];
  const entry = { location: `${root}/${name}`, path, remarks };
  if (child.isDirectory()) return { ...entry, id: name, kind: 'folder' };
  if (child.isSymbolicLink()) {
    const detail = `${entry.location} is a symbolic link; links are not followed. Put the submission itself there and grade again.`;
    return { ...entry, id: name, kind: 'rejected', rejection: { message: NOT_YOUR_FAULT, detail } };
  }
  if (!child.isFile()) return undefined;
  if (READABLE_ARCHIVE.test(name)) return { ...entry, id: name.replace(READABLE_ARCHIVE, ''), kind: 'archive' };
  if (OTHER_ARCHIVE.test(name)) {
    const message = `${name} is an archive of a kind that the grader does not open. Please hand in a .zip or .tar.gz.`;
    return { ...entry, id: name, kind: 'rejected', rejection: { message, detail: message } };
  }
  return undefined;
}

const NOT_YOUR_FAULT = 'Your submission could not be read. This is not your fault; the teaching staff will look at it.';

/**
 * Two submissions with one id: neither is graded, since only a person can know which one counts. They then go by
 * their full names, which differ.
 */
function rejectCollisions(entries: SubmissionEntry[]): SubmissionEntry[] {
  const fullName = (entry: SubmissionEntry) => entry.location.slice(entry.location.lastIndexOf('/') + 1);
  let current = entries;
  for (;;) {
    const groups = groupById(current);
    const next = current.map((entry) => {
      const group = groups.get(foldName(entry.id))!;
      if (group.length === 1) return entry;
      const names = group.map(fullName).sort().join(' and ');
      const rejection = {
        message: `There are two submissions under your name (${names}), and the grader does not choose between them. Please tell the teaching staff which one counts.`,
        detail: `${names} have the same id${group.some((other) => other.id !== entry.id) ? ' where case does not count' : ''}. Move away or rename all but one and grade again.`,
      };
      return { ...entry, id: fullName(entry), kind: 'rejected' as const, rejection: entry.rejection ?? rejection };
    });
    if (next.every((entry, index) => entry.id === current[index]!.id)) return next;
    current = next;
  }
}

function groupById(entries: SubmissionEntry[]): Map<string, SubmissionEntry[]> {
  const groups = new Map<string, SubmissionEntry[]>();
  for (const entry of entries) groups.set(foldName(entry.id), [...(groups.get(foldName(entry.id)) ?? []), entry]);
  return groups;
}

async function rosterOf(root: string, children: readonly Dirent<Buffer>[]): Promise<Roster | undefined> {
  if (!children.some((child) => child.isFile() && child.name.toString() === ROSTER_FILE)) return undefined;
  const where = `${root}/${ROSTER_FILE}`;
  try {
    const file = await open(where, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      const { size } = await file.stat();
      if (size > ROSTER_BYTES) throw new UsageError('This table is too large', where, 'Is it the right file?');
      const text = decodeName(await readAtMost(file, size));
      if (text === undefined) throw new UsageError('This table is not UTF-8', where, 'Save it with the encoding UTF-8');
      return readRoster(text, where);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw error instanceof UsageError ? error : unreadable(error, where);
  }
}
