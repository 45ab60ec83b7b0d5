/**
 * Grades a large class of light programs in one run, and says how the grader's own memory and pace change on the way.
 *   npm run study:load -- [--size N]
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { gradeArgs, lightClass, startGradus, Workshop } from '../test/cli/gradus.ts';

const { values } = parseArgs({ options: { size: { type: 'string' } } });
const size = Number(values.size ?? 2000);
/** Where the class is large enough for everything that is kept once. */
const FIRST = 50;
/** Memory may differ by this share from then on. */
const TOLERATED = 0.2;

interface Sample {
  done: number;
  residentMb: number;
  seconds: number;
}

const workshop = new Workshop();
try {
  const source = await lightClass(workshop, size);
  const started = performance.now();
  const running = startGradus(gradeArgs(source, await workshop.folder()));
  const samples: Sample[] = [];
  running.child.stderr!.on('data', (chunk: Buffer) => {
    for (const [, done] of chunk.toString().matchAll(/^\[(\d+)\/\d+\]/gm)) void sample(Number(done));
  });
  const sample = async (done: number): Promise<void> => {
    if (done % FIRST !== 0 && done !== size) return;
    const seconds = (performance.now() - started) / 1000;
    const status = await readFile(`/proc/${running.child.pid}/status`, 'utf8').catch(() => '');
    const kb = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]);
    if (kb > 0) samples.push({ done, residentMb: kb / 1024, seconds });
  };
  const { code, stderr } = await running.ended;
  if (code !== 0) throw new Error(stderr);
  for (const { done, residentMb, seconds } of samples)
    console.log(`${String(done).padStart(6)} graded · ${residentMb.toFixed(0)} MB · ${seconds.toFixed(1)} s`);
  const [first, last] = [samples[0]!, samples.at(-1)!];
  const half = samples.find(({ done }) => done >= size / 2)!;
  const growth = last.residentMb / first.residentMb - 1;
  const pace =
    (last.seconds - half.seconds) /
    (last.done - half.done) /
    ((half.seconds - first.seconds) / (half.done - first.done));
  console.log(
    `${size} submissions · memory after the last ${(100 * growth).toFixed(1)} % above that after ${first.done} · a submission of the second half took ${pace.toFixed(2)} times as long as one of the first`,
  );
  process.exitCode = growth > TOLERATED ? 1 : 0;
} finally {
  await workshop.clear();
}
