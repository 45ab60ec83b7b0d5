/**
 * Writes the generated part of README.md, the table of exercises, between its two markers.
 *   npm run docs
 */
import { readFile, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { ROOT } from '../harness/root.ts';
import { exerciseTable } from './exercise-table.ts';

export const README = path.join(ROOT, 'README.md');

/** The README with a fresh table. Throws where the markers are not there. */
export async function freshReadme(): Promise<string> {
  const text = await readFile(README, 'utf8');
  const pattern = /(<!-- exercises: written by npm run docs -->\n)[\s\S]*?(\n<!-- end of exercises -->)/;
  if (!pattern.test(text)) throw new Error('README.md has lost the markers of its table of exercises');
  const table = await exerciseTable();
  return text.replace(pattern, (_, start: string, end: string) => `${start}\n${table}\n${end}`);
}

if (process.argv[1] === import.meta.filename) {
  await writeFile(README, await freshReadme());
  console.log('README.md: the table of exercises is up to date.');
}
