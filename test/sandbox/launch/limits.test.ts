import { readdirSync, statfsSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import { cgroupHome } from '../../../harness/sandbox/launch/cgroup-home.ts';
import { needs, open, run, running } from './sandbox.ts';

const ALL = ['full', 'strong', 'partial', 'none'] as const;
const ISOLATED = ['full', 'strong'] as const;

describe.each(ALL)('level %s', (level) => {
  beforeEach((context) => needs(context, level));

  test('ends a program that uses up its processor time, and says so', async () => {
    const { exit } = await run(level, 'busy.cjs', undefined, { limits: { cpuSeconds: 1 } });
    expect(exit).toMatchObject({ code: null, signal: 'SIGXCPU', cpu: true, memory: false, started: true });
  });

  test('keeps a program from more memory than its limit', async () => {
    const { answer, exit } = await run(level, 'memory-hog.cjs', undefined, { limits: { memoryMb: 256 } });
    expect(answer).toBeUndefined();
    expect(exit.started).toBe(true);
    expect(exit.memory).toBe(level === 'full');
    if (level === 'full') expect(exit.detail).toMatch(/memory limit/);
    expect(exit.code).not.toBe(0);
  });

  test('limits the size of a file and the number of open ones', async () => {
    const { answer } = await run(level, 'big-file.cjs', undefined, { limits: { fileMb: 2 } });
    expect(answer).toEqual({ large: 'EFBIG', files: 'EMFILE' });
  });

  test('carries megabytes both ways over descriptor 3', async () => {
    const sandbox = open(level, 'echo.cjs');
    const sent = Buffer.alloc(1 << 20, 'gradus');
    const received: Buffer[] = [];
    let length = 0;
    const whole = new Promise<void>((resolve) => {
      sandbox.channel.on('data', (chunk: Buffer) => {
        received.push(chunk);
        length += chunk.length;
        if (length === 3 * sent.length) resolve();
      });
    });
    for (let i = 0; i < 3; i++) sandbox.channel.write(sent);
    await whole;
    expect(Buffer.concat(received).equals(Buffer.concat([sent, sent, sent]))).toBe(true);
    sandbox.channel.end();
    expect(await sandbox.exit).toMatchObject({ code: 0, signal: null, started: true });
  });

  test('hands Node its own flags on', async () => {
    const { exit, stderr } = await run(level, 'echo.cjs', undefined, { nodeArgs: ['--no-such-flag'] });
    expect(exit.code).toBe(9);
    expect(stderr).toMatch(/bad option/);
  });

  test('buffers nothing of a program that never stops writing', async () => {
    const sandbox = open(level, 'flood.cjs');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect((sandbox.stdout as { readableLength: number }).readableLength).toBeLessThanOrEqual(1 << 17);
    await sandbox.kill();
  });
});

describe.each(['full', 'strong', 'partial'] as const)('level %s', (level) => {
  beforeEach((context) => needs(context, level));

  test('lets no process be forked', async () => {
    const sandbox = open(level, 'fork-bomb.cjs');
    const text = await new Promise<string>((resolve) =>
      sandbox.channel.once('data', (chunk) => resolve(String(chunk))),
    );
    expect(JSON.parse(text)).toEqual(Array(20).fill('EPERM'));
    await sandbox.kill();
    expect(running(sandbox.pid)).toBe(false);
  });
});

describe.each(ISOLATED)('level %s', (level) => {
  beforeEach((context) => needs(context, level));

  test('limits the number of threads', async () => {
    const { answer } = await run(level, 'threads.cjs', undefined, { limits: { processes: 16 } });
    // Node itself often ends at a thread that it cannot have.
    if (answer !== undefined) expect(answer).toMatchObject({ refused: expect.any(String) });
    const free = await run(level, 'threads.cjs', undefined, {
      limits: { processes: 64 },
    });
    expect(free.answer).toEqual({ started: 12, refused: null });
  });

  test('limits temporary files, and the disk of the host keeps its space', async () => {
    const before = statfsSync('/tmp').bavail;
    const { answer, exit } = await run(level, 'fill-tmp.cjs');
    expect(exit).toMatchObject({ code: 0, memory: false });
    expect(answer).toEqual({ '/tmp': { code: 'ENOSPC', mb: 12 }, '/dev/shm': { code: 'ENOSPC', mb: 16 } });
    expect(before - statfsSync('/tmp').bavail).toBeLessThan(before / 2);
  });
});

test('the cgroup of a sandbox is gone when its exit resolves', async (context) => {
  needs(context, 'full');
  const home = cgroupHome();
  if ('reason' in home) throw new Error(home.reason);
  const folder = home.version === 2 ? home.folder : home.memory;
  const own = () => readdirSync(folder).filter((name) => name.startsWith(`gradus-${process.pid}-`));
  const sandbox = open('full', 'echo.cjs');
  expect(own()).toHaveLength(1);
  await sandbox.kill();
  expect(own()).toEqual([]);
});
