import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DEFAULT_LIMITS, WorkerPool } from '../../../harness/sandbox/pool.ts';
import { FrameKind } from '../../../harness/sandbox/protocol/frame.ts';
import { descendants, running, within } from '../launch/sandbox.ts';
import { openSession } from './kit.ts';

const newPool = (spare: number) =>
  new WorkerPool({ level: 'none', limits: DEFAULT_LIMITS, outputBytes: 1 << 20, spare });

test('a worker answers, and closing the pool ends it and the spare ones', async () => {
  const pool = newPool(2);
  const worker = await pool.take('float64');
  expect(await worker.request(FrameKind.ping, null, 50_000)).toMatchObject({ kind: 'result', value: null });
  expect(worker.roundTripMs).toBeGreaterThan(0);
  await pool.close();
  expect(worker.alive).toBe(false);
  expect(await worker.request(FrameKind.ping, null, 50_000)).toMatchObject({ kind: 'dead', first: false });
});

test('a spare worker that died while it waited costs nobody anything', async () => {
  const pool = newPool(1);
  await (await pool.take('float64')).kill();
  expect(await within(30_000, () => workers().length === 1)).toBe(true);
  // As the kernel would, when memory is short.
  process.kill(workers()[0]!, 'SIGKILL');
  const { session, value } = await openSession(pool, { 'm.ts': 'export const f = () => 1;' });
  expect(await value('m.f')).toBe(1);
  await session.close();
  await pool.close();
});

test('a closed pool starts nothing', async () => {
  const pool = newPool(0);
  await pool.close();
  await expect(pool.take('float64')).rejects.toThrow(/the pool was closed/);
});

test('a pool that is closed while a worker starts leaves none behind', async () => {
  const pool = newPool(0);
  const taking = pool.take('float64').then(
    (worker) => worker.alive,
    () => false,
  );
  await pool.close();
  expect(await taking).toBe(false);
  expect(await within(10_000, () => workers().length === 0)).toBe(true);
});

/** Processes of workers that this test started and that live. */
function workers(): number[] {
  return descendants(process.pid).filter((pid) => running(pid) && commandOf(pid).includes('worker.cjs'));
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // gone meanwhile
  }
}
