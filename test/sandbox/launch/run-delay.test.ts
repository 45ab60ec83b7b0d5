import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { innermost, ownRunDelayMs, runDelayMs } from '../../../harness/sandbox/launch/run-delay.ts';

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
