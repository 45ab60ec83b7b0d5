import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import * as path from 'node:path';
import type { CatalogueEntry } from './catalogue.ts';
import { ROOT } from './root.ts';

/** What decides what an exercise asks a program, and what its checks see in the answers. */
const ASKING = ['harness/checks', 'harness/numerics', 'harness/model', 'reference/datasets'];

/** What student code runs beside, and what is made of its answers before any check sees them. */
const RUNNING = [
  ...['harness/sandbox', 'harness/transpile', 'harness/model', 'harness/numerics/random.ts'],
  ...['harness/observe.ts', 'harness/program.ts', 'harness/availability.ts'],
];

/** Programs, and the weights and tables that they read. */
const SOURCE = /\.(?:ts|cjs|py|json|bin)$/;

let asking: Promise<string> | undefined;
/** What no other exercise imports. */
const NOT_SHARED = new Set(['exercise.ts', 'solution.ts', 'starter.ts']);

let running: Promise<string> | undefined;

/** Changes whenever an exercise might ask its cases differently. */
export async function exerciseSourceHash({ exercise, folder }: CatalogueEntry): Promise<string> {
  asking ??= hashSources(ASKING);
  const hash = createHash('sha256').update(await asking);
  // What exercise.ts imports and reads lies beside it, or beside its neighbours of the same assignment; example programs lie deeper.
  const beside = (await readdir(folder)).filter((file) => SOURCE.test(file));
  const neighbours = (await readdir(path.dirname(folder))).filter((name) => name !== path.basename(folder)).sort();
  for (const name of neighbours) {
    const place = path.join(path.dirname(folder), name);
    for (const file of (await readdir(place).catch(() => [])).sort()) {
      if (!SOURCE.test(file) || NOT_SHARED.has(file)) continue;
      hash
        .update(`${name}/${file}`)
        .update('\0')
        .update(await readFile(path.join(place, file)));
    }
  }
  for (const file of [...new Set([...beside, ...Object.values(exercise.companions ?? {})])].sort()) {
    hash
      .update(file)
      .update('\0')
      .update(await readFile(path.join(folder, file)));
  }
  return hash.digest('hex');
}

/** Changes whenever the same call of the same program might be observed differently. */
export function runnerSourceHash(): Promise<string> {
  running ??= hashSources(RUNNING);
  return running;
}

async function hashSources(names: string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const name of names) {
    for (const file of await sourcesAt(path.join(ROOT, name))) {
      hash
        .update(path.relative(ROOT, file))
        .update('\0')
        .update(await readFile(file));
    }
  }
  return hash.digest('hex');
}

async function sourcesAt(place: string): Promise<string[]> {
  // A checkout whose exercises need no data set has no such folder.
  const found = await stat(place).catch(() => undefined);
  if (found === undefined) return [];
  if (found.isFile()) return [place];
  const entries = await readdir(place, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && SOURCE.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}
