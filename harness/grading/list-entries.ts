import { realpath } from 'node:fs/promises';
import * as path from 'node:path';
import { listSubmissions, type SubmissionEntry, UsageError } from '../intake/intake.ts';
import type { LevelReport } from '../sandbox/level.ts';

export interface Source {
  entries: SubmissionEntry[];
  /** As against one submission. */
  isClass: boolean;
}

/** What is to be graded. Throws UsageError where there is nothing, or where grades would be written into it. */
export async function listEntries(source: string, as: 'class' | 'submission' | undefined, out: string) {
  const entries: SubmissionEntry[] = [];
  for await (const entry of listSubmissions(source, as === undefined ? {} : { as })) entries.push(entry);
  const root = await realpath(source);
  if (`${await realPlace(out)}${path.sep}`.startsWith(`${root}${path.sep}`)) {
    throw new UsageError(
      'The grades would be written among the submissions and be taken for one',
      out,
      'Choose an --out outside of the graded folder',
    );
  }
  const isClass = !(entries.length === 1 && entries[0]!.path.equals(Buffer.from(root)));
  return { entries, isClass } satisfies Source;
}

/** Where a path leads that may not be there yet. */
async function realPlace(place: string): Promise<string> {
  const absolute = path.resolve(place);
  try {
    return await realpath(absolute);
  } catch {
    const parent = path.dirname(absolute);
    return parent === absolute ? absolute : path.join(await realPlace(parent), path.basename(absolute));
  }
}

/** Programs of other people run only where the sandbox keeps them in, unless whoever grades takes that upon them. */
export function refuseWeakSandbox(level: LevelReport, { isClass }: Source, unsafe: boolean): void {
  if (unsafe || !isClass || level.level === 'full' || level.level === 'strong') return;
  throw new UsageError(
    `The sandbox here is only '${level.level}' (missing: ${level.missing.join(', ')}), too weak for other people's programs`,
    'this machine',
    'See `npx gradus doctor` for how to mend it, or say --unsafe if you trust every program',
  );
}
