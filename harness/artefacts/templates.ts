import { readdir, readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { kindOf } from './kinds.ts';

const known = new Map<string, Promise<Uint8Array[]>>();

/** The files that students were given for an exercise: statement, starter and templates in its folder. Read once. */
export function templatesOf(folder: string): Promise<Uint8Array[]> {
  const files = known.get(folder) ?? readTemplates(folder);
  known.set(folder, files);
  return files;
}

async function readTemplates(folder: string): Promise<Uint8Array[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile() && isGiven(entry.name)).map(({ name }) => name);
  return Promise.all(names.sort().map((name) => readFile(path.join(folder, name))));
}

function isGiven(name: string): boolean {
  return kindOf(name) === 'program' ? name.startsWith('starter.') : kindOf(name) !== undefined;
}
