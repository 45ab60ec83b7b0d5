import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import * as path from 'node:path';
import type { CatalogueEntry } from './catalogue.ts';
import { ROOT } from './root.ts';

/** Folders whose sources decide what an exercise asks a program. */
const SHARED = ['harness/checks', 'harness/numerics', 'harness/model', 'harness/sandbox', 'reference/datasets'];

let shared: Promise<string> | undefined;

/** Changes whenever an exercise might ask its cases differently. */
export async function exerciseSourceHash({ exercise, folder }: CatalogueEntry): Promise<string> {
  shared ??= hashFiles(SHARED.map((name) => path.join(ROOT, name)));
  const hash = createHash('sha256').update(await shared);
  for (const file of ['exercise.ts', ...Object.values(exercise.companions ?? {})]) {
    hash.update(await readFile(path.join(folder, file)));
  }
  return hash.digest('hex');
}

async function hashFiles(folders: string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const folder of folders) {
    const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
    const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.ts'));
    for (const file of files.map((entry) => path.join(entry.parentPath, entry.name)).sort()) {
      hash
        .update(path.relative(ROOT, file))
        .update('\0')
        .update(await readFile(file));
    }
  }
  return hash.digest('hex');
}
