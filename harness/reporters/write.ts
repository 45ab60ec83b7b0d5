import { mkdir } from 'node:fs/promises';
import * as path from 'node:path';
import pLimit from 'p-limit';
import type { Grades, SubmissionGrade } from '../model/grade.ts';
import { replaceFile } from '../replace-file.ts';
import { renderCsv } from './csv.ts';
import { folderNames } from './folder-name.ts';
import { renderClass, renderStudent } from './html.ts';
import { renderJson, studentJson } from './json.ts';
import { studentGrade } from './student-grade.ts';

/** PNG bytes of a picture that the evidence of a submission names, or undefined where there is none. */
export type PictureStore = (
  submission: string,
  file: string,
) => Promise<Uint8Array | undefined> | Uint8Array | undefined;

/** Files at once: enough to keep the disk busy, few enough for every limit on open files. */
const AT_ONCE = 16;

/**
 * Writes `grades.json`, `grades.csv`, `index.html` and, per submission, `index.html` and `grade.json` in a folder of its
 * own (see folderNames) below `out`. Every file is replaced as a whole. With `only`, folders of other submissions stay as
 * they are; the files of the class are always written.
 * Throws where two submissions share an id or a file cannot be written; what was written before stays.
 */
export async function writeReports(
  out: string,
  grades: Grades,
  pictures: PictureStore,
  only?: ReadonlySet<string>,
): Promise<void> {
  const ids = grades.submissions.map(({ id }) => id);
  const seen = new Set<string>();
  const twice = ids.find((id) => seen.size === seen.add(id).size);
  if (twice !== undefined) throw new Error(`Two submissions are called “${twice}”: each needs an id of its own.`);
  const folders = folderNames(ids);

  await makeFolder(out);
  // The record first: everything else can be made from it again.
  await replaceFile(path.join(out, 'grades.json'), renderJson(grades), true);
  await replaceFile(path.join(out, 'grades.csv'), renderCsv(grades));
  await replaceFile(path.join(out, 'index.html'), renderClass(grades));

  const limit = pLimit(AT_ONCE);
  const chosen = grades.submissions.filter(({ id }) => only === undefined || only.has(id));
  const folderOf = (submission: SubmissionGrade) => path.join(out, folders.get(submission.id)!);
  const writes = chosen.map((submission) =>
    limit(() => writeStudent(folderOf(submission), grades, studentGrade(submission), pictures)),
  );
  // All of them, so that nothing is still being written when a caller hears of a failure.
  const failure = (await Promise.allSettled(writes)).find(({ status }) => status === 'rejected');
  if (failure?.status === 'rejected') throw failure.reason;
}

async function writeStudent(
  folder: string,
  grades: Grades,
  submission: SubmissionGrade,
  pictures: PictureStore,
): Promise<void> {
  const loaded = new Map<string, Uint8Array | undefined>();
  for (const file of pictureFiles(submission)) loaded.set(file, await pictures(submission.id, file));
  await makeFolder(folder);
  await replaceFile(
    path.join(folder, 'index.html'),
    renderStudent(grades, submission, (file) => loaded.get(file)),
  );
  await replaceFile(path.join(folder, 'grade.json'), studentJson(submission));
}

function pictureFiles(submission: SubmissionGrade): string[] {
  return submission.criteria
    .flatMap(({ evidence }) => evidence)
    .flatMap((piece) => (piece.kind === 'pictures' ? piece.pictures.map(({ file }) => file) : []));
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    const { message } = error as Error;
    throw new Error(`Cannot make the folder ${folder} (${message}). Choose another output folder.`, { cause: error });
  }
}
