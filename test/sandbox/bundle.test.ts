import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../../harness/root.ts';
import { type WorkerBackend, workerBundle } from '../../harness/sandbox/bundle.ts';
import { DEFAULT_LIMITS } from '../../harness/sandbox/pool.ts';
import { FrameKind } from '../../harness/sandbox/protocol/frame.ts';
import { WorkerProcess } from '../../harness/sandbox/worker-process.ts';

const BACKENDS: WorkerBackend[] = ['float64', 'cpu', 'wasm'];

test.each(BACKENDS)('a worker of backend %s starts from a snapshot, and without one', async (backend) => {
  const bundle = await workerBundle(backend, 921);
  // Every Node that Gradus supports can make one; a warm-up that throws would leave none, and cost time only.
  expect(bundle.snapshot).toBeDefined();
  expect((await readFile(bundle.snapshot!)).includes(ROOT)).toBe(false);
  for (const snapshot of [bundle.snapshot, undefined]) {
    const { script, nodeArgs } = bundle;
    const options = { level: 'none' as const, script, snapshot, nodeArgs, readOnly: [], limits: DEFAULT_LIMITS };
    const worker = new WorkerProcess(options, 1 << 16);
    expect(await worker.ready).toBeUndefined();
    expect(await worker.request(FrameKind.ping, null, 50_000)).toMatchObject({ kind: 'result', value: null });
    await worker.kill();
    expect(worker.output.text()).toBe('');
  }
  expect(path.isAbsolute(bundle.script)).toBe(true);
});
