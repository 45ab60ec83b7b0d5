import { readdir, readFile } from 'node:fs/promises';
import * as path from 'node:path';
import type { CatalogueEntry } from './catalogue.ts';
import { STATUSES, type Status } from './model/status.ts';

/** A program beside an exercise with the verdicts that it must get. */
export interface Example {
  name: string;
  kind: 'right' | 'wrong';
  files: Map<string, Uint8Array>;
  /** For wrong ones: the sentence that names the mistake, and what to look at. */
  mistake?: { message: string; hint?: string };
  /** check id → status, for the checks that must not be accepted. */
  expected: Map<string, Status>;
}

/** The example programs of an exercise: `examples/{right,wrong}/<name>.ts`, or a folder with a whole submission. */
export async function loadExamples({ exercise, folder }: CatalogueEntry): Promise<Example[]> {
  const main = `${Object.values(exercise.functions)[0]!.module}.ts`;
  const examples: Example[] = [];
  for (const kind of ['right', 'wrong'] as const) {
    const place = path.join(folder, 'examples', kind);
    for (const entry of await entriesOf(place)) {
      const files = entry.isDirectory()
        ? await readFolder(path.join(place, entry.name))
        : new Map([[main, await readFile(path.join(place, entry.name))]]);
      const name = entry.name.replace(/\.ts$/, '');
      examples.push(parseExample(name, kind, files));
    }
  }
  return examples;
}

function parseExample(name: string, kind: Example['kind'], files: Map<string, Uint8Array>): Example {
  const header = [...files.values()]
    .map((bytes) => headerOf(Buffer.from(bytes).toString('utf8')))
    .find((h) => h !== undefined);
  const expected = new Map<string, Status>();
  for (const line of tags(header, 'expect')) {
    const [check, status] = line.split(/\s+/) as [string, Status];
    if (!STATUSES.includes(status)) throw new Error(`example ${kind}/${name}: '${line}' names no status`);
    expected.set(check, status);
  }
  const message = tags(header, 'mistake')[0];
  const hint = tags(header, 'hint')[0];
  if (kind === 'wrong' && (message === undefined || expected.size === 0)) {
    throw new Error(`example wrong/${name}: its header needs @mistake and at least one @expect`);
  }
  return {
    name,
    kind,
    files,
    expected,
    ...(message === undefined ? {} : { mistake: { message, ...(hint === undefined ? {} : { hint }) } }),
  };
}

/** The first JSDoc comment that holds one of our tags. */
function headerOf(source: string): string | undefined {
  const comment = /\/\*\*[\s\S]*?\*\//.exec(source)?.[0];
  return comment !== undefined && /@(about|mistake)\b/.test(comment) ? comment : undefined;
}

function tags(header: string | undefined, tag: string): string[] {
  if (header === undefined) return [];
  const text = header
    .replace(/^\/\*\*|\*\/$/g, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\*\s?/, ''))
    .join('\n');
  // A tag goes on until the next one.
  return text
    .split(/^\s*@/m)
    .filter((part) => part.startsWith(`${tag} `))
    .map((part) =>
      part
        .slice(tag.length + 1)
        .replace(/\s+/g, ' ')
        .trim(),
    );
}

async function entriesOf(folder: string) {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() || entry.name.endsWith('.ts'))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function readFolder(folder: string): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    files.set(path.relative(folder, file).split(path.sep).join('/'), await readFile(file));
  }
  return files;
}
