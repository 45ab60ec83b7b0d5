import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import {
  creditedWait,
  innermost,
  otherThreads,
  otherThreadsOf,
  ownRunDelayMs,
  runDelayMs,
} from '../../../harness/sandbox/launch/run-delay.ts';

const linux = process.platform === 'linux';

test.runIf(linux)('the innermost process of a chain, and what it waited', async () => {
  // Two shells and a sleep, each the only child of the one before it.
  const outer = spawn('/bin/sh', ['-c', '/bin/sh -c "sleep 60; :"; :'], { stdio: 'ignore', detached: true });
  try {
    let inner = outer.pid!;
    for (let i = 0; i < 500 && inner === outer.pid; i++) {
      await sleep(10);
      inner = innermost(outer.pid!);
    }
    await sleep(100);
    inner = innermost(outer.pid!);
    expect(inner).not.toBe(outer.pid);
    expect(innermost(inner)).toBe(inner);
    expect(ownRunDelayMs(inner)).toBeGreaterThanOrEqual(0);
    expect(runDelayMs(outer.pid!)).toBeGreaterThanOrEqual(ownRunDelayMs(inner)!);
  } finally {
    process.kill(-outer.pid!, 'SIGKILL');
  }
});

test('of a process that is not there nothing is known', () => {
  expect(ownRunDelayMs(2 ** 22 + 1)).toBeUndefined();
  expect(runDelayMs(2 ** 22 + 1)).toBeUndefined();
});

test.runIf(linux)('what the threads of a process used, those that ended among them', async () => {
  const code = `const { Worker } = require('node:worker_threads');
    const busy = 'for (const end = Date.now() + 400; Date.now() < end; );';
    new Worker(busy, { eval: true }).on('exit', () => { new Worker('for (;;);', { eval: true }); console.log('x'); });`;
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const before = otherThreadsOf(child.pid!);
    await sleep(600);
    const after = otherThreads(child.pid!);
    // However busy the machine is, a thread that spins gets some of it.
    expect(after.alive).toBeGreaterThan(before.alive);
    expect(after.all).toBeGreaterThanOrEqual(after.alive - 20);
    expect(before.all).toBeGreaterThan(0);
  } finally {
    child.kill('SIGKILL');
  }
});

test('waiting for others is taken off, waiting for one’s own threads is not', () => {
  const none = { alive: 0, all: 0 };
  expect(creditedWait(100, 60, none, none)).toBe(60);
  // Two processors, both busy with the program's own threads.
  expect(creditedWait(100, 97, none, { alive: 190, all: 190 })).toBe(0);
  // The engine's helpers took a little.
  expect(creditedWait(100, 60, none, { alive: 10, all: 10 })).toBe(60);
  expect(creditedWait(100, 95, none, { alive: 10, all: 10 })).toBe(90);
  // Threads that ended show in ticks only, two of which may be rounding.
  expect(creditedWait(100, 97, { alive: 5, all: 100 }, { alive: 5, all: 220 })).toBe(0);
  expect(creditedWait(5, 3, none, { alive: 0, all: 20 })).toBe(3);
});
