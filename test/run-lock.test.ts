import { readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { UsageError } from '../harness/intake/errors.ts';
import { lockFolder } from '../harness/run-lock.ts';
import { self } from '../harness/sandbox/launch/owner.ts';
import { Workshop } from './cli/gradus.ts';

const workshop = new Workshop();
afterAll(() => workshop.clear());

async function here(): Promise<string> {
  const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
  return `${boot} ${await readlink('/proc/self/ns/pid')}`;
}

async function heldBy(content: unknown): Promise<string> {
  const folder = await workshop.folder();
  await writeFile(path.join(folder, '.gradus-lock'), typeof content === 'string' ? content : JSON.stringify(content));
  return folder;
}

test('one at a time, and free again afterwards', async () => {
  const folder = await workshop.folder();
  const lock = await lockFolder(folder);
  await expect(lockFolder(folder)).rejects.toThrow(`Another gradus (process ${process.pid})`);
  await lock.confirm();
  await lock.release();
  expect(await readdir(folder)).toEqual([]);
  await (await lockFolder(folder)).release();
});

test('of many at once exactly one gets it', async () => {
  for (const folder of [
    await workshop.folder(),
    await heldBy({ pid: 4194305, start: '1', space: await here(), since: '' }),
  ]) {
    const attempts = await Promise.allSettled(Array.from({ length: 16 }, () => lockFolder(folder)));
    const locks = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
    const confirmed = await Promise.allSettled(locks.map((lock) => lock.confirm()));
    expect(confirmed.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const one of [...attempts, ...confirmed])
      if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(UsageError);
    for (const lock of locks) await lock.release();
    expect(await readdir(folder)).toEqual([]);
  }
});

describe('a lock that is there', () => {
  const since = '2026-01-01T00:00:00.000Z';

  test.each([
    ['of a process that is no more', async () => ({ pid: 4194305, start: '1', space: await here(), since })],
    ['of a number that is used again', async () => ({ pid: process.pid, start: '1', space: await here(), since })],
    ['of an earlier boot', async () => ({ ...self(), space: 'earlier-boot pid:[4026531836]', since })],
    ['that is no lock', async () => 'x'],
  ])('%s is taken over', async (_, holder) => {
    const folder = await heldBy(await holder());
    await (await lockFolder(folder)).release();
    expect(await readdir(folder)).toEqual([]);
  });

  test('of a process in another container is respected, with what to do', async () => {
    const [boot] = (await here()).split(' ');
    const folder = await heldBy({ pid: 1, start: '1', space: `${boot} pid:[1]`, since });
    await expect(lockFolder(folder)).rejects.toThrow(`remove ${path.join(folder, '.gradus-lock')}`);
  });
});
