import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { removeTemporaries, replaceFile, StorageError } from '../harness/replace-file.ts';
import { Workshop } from './cli/gradus.ts';

const workshop = new Workshop();
afterAll(() => workshop.clear());

test('a new file takes the place of the old one, and nothing else is left', async () => {
  const folder = await workshop.files({ 'a.json': 'old' });
  const before = await stat(path.join(folder, 'a.json'));
  await replaceFile(path.join(folder, 'a.json'), 'new', true);
  expect(await readFile(path.join(folder, 'a.json'), 'utf8')).toBe('new');
  expect((await stat(path.join(folder, 'a.json'))).ino).not.toBe(before.ino);
  expect(await readdir(folder)).toEqual(['a.json']);
});

test('writers of the same file do not mix: the last one wins whole', async () => {
  const folder = await workshop.folder();
  const file = path.join(folder, 'a');
  const texts = Array.from({ length: 40 }, (_, i) => String(i).repeat(100_000));
  await Promise.all(texts.map((text) => replaceFile(file, text)));
  expect(texts).toContain(await readFile(file, 'utf8'));
  expect(await readdir(folder)).toEqual(['a']);
});

test('what cannot be written says where and why, and leaves nothing behind', async () => {
  const folder = await workshop.folder();
  const place = path.join(folder, 'none/a');
  await expect(replaceFile(place, 'x')).rejects.toThrow(StorageError);
  await expect(replaceFile(place, 'x')).rejects.toThrow(`Cannot write ${place}`);
  // A folder of that name: the rename fails after the writing.
  await mkdir(path.join(folder, 'taken/inside'), { recursive: true });
  await expect(replaceFile(path.join(folder, 'taken'), 'x')).rejects.toThrow(StorageError);
  expect(await readdir(folder)).toEqual(['taken']);
  await chmod(folder, 0o755);
});

test('removes what dead processes left, and nothing of the living', async () => {
  const folder = await workshop.folder();
  const names = [
    `.a.${process.pid}-3.tmp`,
    `.b.${process.ppid}-0.tmp`,
    '.c.4194305-1.tmp',
    'd.4194305-1.tmp',
    '.e.tmp',
  ];
  for (const name of names) await writeFile(path.join(folder, name), '');
  await removeTemporaries(folder);
  expect((await readdir(folder)).sort()).toEqual(names.toSpliced(2, 1).sort());
  await removeTemporaries(folder, true);
  expect((await readdir(folder)).sort()).toEqual(['.e.tmp', names[1], 'd.4194305-1.tmp'].sort());
});
