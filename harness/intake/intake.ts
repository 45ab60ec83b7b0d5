import { constants } from 'node:fs';
import type { Rejected, Submission } from '../model/submission.ts';
import { assemble } from './assemble.ts';
import { Collector } from './collect.ts';
import { codeOf, RejectedError } from './errors.ts';
import { openOrReject, readAtMost, readFolder } from './folder.ts';
import { INTAKE_LIMITS, type IntakeLimits, sizeText } from './limits.ts';
import { type ListOptions, listSubmissions, type SubmissionEntry } from './list.ts';
import { readTar } from './tar.ts';
import { readZip } from './zip.ts';

export { UsageError } from './errors.ts';
export { INTAKE_LIMITS, type IntakeLimits } from './limits.ts';
export { type ListOptions, listSubmissions, type SubmissionEntry } from './list.ts';

export interface IntakeOptions extends ListOptions {
  limits?: Partial<IntakeLimits>;
}

/** All submissions at a path, in memory, sorted by id. For large classes use `listSubmissions` and `readEntry`. */
export async function takeIn(path: string, options: IntakeOptions = {}): Promise<(Submission | Rejected)[]> {
  const submissions: (Submission | Rejected)[] = [];
  for await (const entry of listSubmissions(path, options)) submissions.push(await readEntry(entry, options));
  return submissions;
}

/** The one submission at a path: a folder or an archive. Throws `UsageError` where there is none. */
export async function takeInOne(path: string, options: IntakeOptions = {}): Promise<Submission | Rejected> {
  for await (const entry of listSubmissions(path, { as: 'submission' })) return readEntry(entry, options);
  throw new Error('unreachable: a path is a submission or an error');
}

/** Reads one submission. Whatever is wrong with it becomes a {@link Rejected}; only the grader's own faults throw. */
export async function readEntry(entry: SubmissionEntry, options: IntakeOptions = {}): Promise<Submission | Rejected> {
  const { id } = entry;
  if (entry.rejection) return { id, rejected: true, ...entry.rejection };
  const collector = new Collector({ ...INTAKE_LIMITS, ...options.limits });
  try {
    if (entry.kind === 'folder') await readFolder(entry.path, collector);
    else await readArchive(entry, collector);
    return withRoster(assemble(id, collector, entry.remarks), entry);
  } catch (error) {
    if (error instanceof RejectedError) return rejected(id, error.message, `${entry.location}: ${error.detail}`);
    if (codeOf(error) === '') throw error;
    const message = 'Your submission could not be read. This is not your fault; the teaching staff will look at it.';
    return rejected(id, message, `${entry.location}: ${String(error)}`);
  }
}

function rejected(id: string, message: string, detail: string): Rejected {
  return { id, rejected: true, message, detail };
}

/** What staff says about a hand-in stands above what it says about itself. */
function withRoster(submission: Submission, { metadata }: SubmissionEntry): Submission {
  const claimed = submission.submittedAt !== undefined && metadata?.submittedAt === undefined;
  if (claimed) submission.remarks.push('The time of submission is the one stated in submission.json.');
  if (!metadata) return submission;
  return { ...submission, ...metadata };
}

async function readArchive(entry: SubmissionEntry, collector: Collector): Promise<void> {
  const bytes = await readWhole(entry, collector.limits);
  if (bytes.length === 0)
    throw new RejectedError('Your archive is empty (0 bytes). Please pack it again and hand it in anew.');
  // The content decides, not the name: archives are often renamed.
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) await readTar(bytes, true, collector);
  else if (bytes.toString('latin1', 257, 262) === 'ustar') await readTar(bytes, false, collector);
  else await readZip(bytes, collector);
}

async function readWhole(entry: SubmissionEntry, limits: IntakeLimits): Promise<Buffer> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = await openOrReject(entry.path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, entry.location);
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new RejectedError('Your submission could not be read.', 'not an ordinary file');
    if (stat.size > limits.archiveBytes) {
      throw new RejectedError(
        `Your archive is too large (${sizeText(stat.size)}); ${sizeText(limits.archiveBytes)} are allowed. Please hand in only your own files.`,
      );
    }
    return await readAtMost(file, stat.size);
  } finally {
    await file.close();
  }
}
