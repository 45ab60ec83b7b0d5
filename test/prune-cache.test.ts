import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { markUsed, pruneCache } from '../harness/prune-cache.ts';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

const DAY = 86_400;

/** A folder with a file and a folder of each of these ages in days. */
async function aged(...days: number[]): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'gradus-prune-'));
  folders.push(folder);
  for (const age of days) {
    const then = Date.now() / 1000 - age * DAY;
    await writeFile(path.join(folder, `file-${age}`), '');
    await mkdir(path.join(folder, `folder-${age}/inner`), { recursive: true });
    for (const name of [`file-${age}`, `folder-${age}`]) await utimes(path.join(folder, name), then, then);
  }
  return folder;
}

test('what was not used for a month goes, the rest stays', async () => {
  const folder = await aged(0, 29, 31);
  await pruneCache(folder);
  expect((await readdir(folder)).sort()).toEqual(['file-0', 'file-29', 'folder-0', 'folder-29']);
});

test('what is in use stays', async () => {
  const folder = await aged(31);
  await markUsed(path.join(folder, 'file-31'));
  await pruneCache(folder);
  expect(await readdir(folder)).toEqual(['file-31']);
});

test('nothing there is no fault', async () => {
  await pruneCache('/no/such/folder');
  await markUsed('/no/such/file');
});
