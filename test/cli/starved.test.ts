import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { afterAll, expect, test, vi } from 'vitest';
import { gradeArgs, gradus, lightClass, readGrades, startGradus, Workshop } from './gradus.ts';

// Real processes: on a busy machine they take long, and that is no failure.
vi.setConfig({ testTimeout: 300_000 });

const workshop = new Workshop();
afterAll(() => workshop.clear());

const canLimit = process.platform === 'linux' && spawnSync('prlimit', ['--version']).status === 0;

test.runIf(canLimit)('no open files left in the middle: no points lost, and the next run mends it', async () => {
  const source = await lightClass(workshop, 4);
  const out = await workshop.folder();
  const running = startGradus(gradeArgs(source, out));
  await running.said('[1/4]');
  // What is open stays open, and hardly anything more can be.
  const pid = running.child.pid!;
  const open = readdirSync(`/proc/${pid}/fd`).length;
  const limited = spawnSync('prlimit', ['--pid', String(pid), `--nofile=${open}:${open}`]);
  expect(limited.status).toBe(0);
  const starved = await running.ended;
  expect(starved.signal).toBeNull();
  expect([0, 1], starved.stderr).toContain(starved.code);
  const seen = await readGrades(out).catch(() => undefined);
  for (const { criteria } of seen?.submissions ?? []) {
    // Every point is earned, lost by a mistake, or open.
    for (const { status } of criteria)
      expect(['accepted', 'wrong-answer', 'manual', 'internal-error']).toContain(status);
  }
  const again = await gradus(gradeArgs(source, out));
  expect(again.code, again.stderr).toBe(0);
  const { submissions } = await readGrades(out);
  expect(submissions.map(({ status, points }) => [status, points])).toEqual([
    ['graded', 8],
    ['graded', 8],
    ['graded', 5],
    ['graded', 8],
  ]);
});
