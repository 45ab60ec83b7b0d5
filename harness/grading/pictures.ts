import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import * as path from 'node:path';
import type { JudgedSubmission } from '../judge-submission.ts';
import { replaceFile, StorageError } from '../replace-file.ts';

/** Below the output folder: pictures of criteria that students must not see, one folder a submission. */
export const STAFF_PICTURES = 'staff-pictures';

/**
 * Writes the pictures of a submission: those of visible criteria into its own folder, which may be handed to the student
 * as it is; the others below `staff-pictures`. What an earlier judging left there and this one does not name goes.
 */
export async function writePictures(
  out: string,
  folder: string,
  { pictures, staffPictures }: Pick<JudgedSubmission, 'pictures' | 'staffPictures'>,
): Promise<void> {
  await replaceAll(path.join(out, folder), pictures);
  await replaceAll(path.join(out, STAFF_PICTURES, folder), staffPictures);
}

/** A picture of a visible criterion, as reports embed it; undefined where there is none. */
export function readPicture(out: string, folder: string, file: string): Promise<Uint8Array | undefined> {
  return readFile(path.join(out, folder, file)).catch(() => undefined);
}

async function replaceAll(folder: string, pictures: Record<string, Uint8Array>): Promise<void> {
  const names = Object.keys(pictures);
  const before = await readdir(folder).catch(() => undefined);
  if (before === undefined && names.length === 0) return;
  if (before === undefined) {
    await mkdir(folder, { recursive: true }).catch((error) => {
      throw new StorageError(folder, error);
    });
  }
  for (const name of names) await replaceFile(path.join(folder, name), pictures[name]!);
  for (const name of before ?? []) {
    if (/\.(?:png|pdf)$/.test(name) && !names.includes(name)) await rm(path.join(folder, name), { force: true });
  }
}
