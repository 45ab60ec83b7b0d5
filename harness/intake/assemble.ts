import { createHash } from 'node:crypto';
import type { Submission } from '../model/submission.ts';
import type { Collector } from './collect.ts';
import { readMetadata } from './metadata.ts';
import { METADATA_FILE } from './names.ts';

/** The remark on a hand-in that holds nothing of use. */
export const NOTHING_TO_GRADE = 'The submission contains no file that could be graded.';

const NAMES_SHOWN = 5;

/** Makes the submission of what was gathered: a wrapping folder off, metadata apart, remarks written, contents hashed. */
export function assemble(id: string, collector: Collector, remarks: readonly string[] = []): Submission {
  collector.finish();
  const { files: gathered, folder } = unwrap(collector.files);
  const notes = [...remarks];
  if (folder) notes.push(`Your files lay in the folder ${folder}; they were taken out of it.`);

  const metadata = gathered.get(METADATA_FILE);
  const files = new Map([...gathered].filter(([path]) => !path.endsWith(METADATA_FILE)).sort(byPath));
  const submission: Submission = { id, students: [], files, remarks: notes, hash: hashFiles(files) };
  if (metadata) {
    const read = readMetadata(metadata);
    if ('remark' in read) notes.push(read.remark);
    else {
      submission.students = read.metadata.students.map(withoutUndefined);
      if (read.metadata.submittedAt) submission.submittedAt = read.metadata.submittedAt;
    }
  }
  notes.push(...ignoredRemarks(collector.ignored));
  if (files.size === 0) notes.push(NOTHING_TO_GRADE);
  return submission;
}

/** Takes off the folder that all files lie in, and the one in that. Metadata beside that folder stays where it is. */
export function unwrap(files: ReadonlyMap<string, Uint8Array>): { files: Map<string, Uint8Array>; folder?: string } {
  const paths = [...files.keys()].filter((path) => path !== METADATA_FILE);
  let prefix = '';
  for (;;) {
    const next = paths[0]?.slice(prefix.length).split('/')[0];
    if (next === undefined || !paths.every((path) => path.startsWith(`${prefix}${next}/`))) break;
    prefix += `${next}/`;
  }
  if (prefix === '') return { files: new Map(files) };
  const unwrapped = new Map(
    [...files].map(([path, content]) => [path === METADATA_FILE ? path : path.slice(prefix.length), content]),
  );
  return { files: unwrapped, folder: prefix.slice(0, -1) };
}

/**
 * SHA-256 over sorted paths and contents, hex. Lengths stand before both, so that no two different
 * hand-ins are the same sequence of bytes.
 */
export function hashFiles(files: ReadonlyMap<string, Uint8Array>): string {
  const hash = createHash('sha256');
  for (const [path, content] of [...files].sort(byPath)) {
    hash.update(`${Buffer.byteLength(path)}:${path}${content.length}:`);
    hash.update(content);
  }
  return hash.digest('hex');
}

function byPath(a: [string, unknown], b: [string, unknown]): number {
  return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0;
}

/** One remark a reason, with a few names: a folder of a hundred data files must not bury the rest. */
function ignoredRemarks(ignored: readonly { name: string; reason: string }[]): string[] {
  const byReason = new Map<string, string[]>();
  for (const { name, reason } of ignored) byReason.set(reason, [...(byReason.get(reason) ?? []), name]);
  return [...byReason].map(([reason, names]) => {
    const shown = names.slice(0, NAMES_SHOWN).join(', ');
    const more = names.length > NAMES_SHOWN ? ` and ${names.length - NAMES_SHOWN} more` : '';
    return `${shown}${more} ${names.length > 1 ? 'were' : 'was'} ignored: ${reason}.`;
  });
}

function withoutUndefined<T extends object>(record: T): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;
}
