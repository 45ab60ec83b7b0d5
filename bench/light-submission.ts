import * as path from 'node:path';
import { judge } from '../harness/judge.ts';
import { writeObservation } from '../harness/observation-file.ts';
import { makeProgram } from '../harness/program.ts';
import type { WorkerPool } from '../harness/sandbox/pool.ts';
import { Session } from '../harness/sandbox/session.ts';
import { type Benchmark, median, ms, spread, timed } from './measure.ts';
import { exampleFiles, exerciseEntry, inWorkerMs, startRun, withFolder, withPool } from './setting.ts';

const ROUNDS = 25;
const WARM_UP = 3;
/** Long enough for the pool to have spare workers ready again. */
const PAUSE_MS = 600;

/** One submission at a time, each into a worker that was started before; what the class costs is another benchmark. */
export const lightSubmission: Benchmark = {
  id: 'light-submission',
  title: 'One light submission (mdn-gradients, a right program)',
  method: `Median and quartiles of ${ROUNDS} rounds, one submission at a time with a pause before each, so that a worker is ready. “In the worker” is the sum over all calls from request to reply less the empty round trip.`,
  run: () =>
    withFolder((folder) =>
      withPool(1, async (pool, missing) => {
        const entry = await exerciseEntry('mdn-gradients');
        const files = await exampleFiles(entry, 'tfjs-async-logsumexp');
        const run = await startRun(entry, pool, missing);
        const waits = watchTakes(pool);
        const parts: Record<'transpile' | 'observe' | 'take' | 'worker' | 'judge' | 'write' | 'whole', number[]> = {
          ...{ transpile: [], observe: [], take: [], worker: [], judge: [], write: [], whole: [] },
        };
        for (let i = -WARM_UP; i < ROUNDS; i++) {
          await pause();
          waits.length = 0;
          const started = performance.now();
          const transpile = await timed(() => makeProgram(changed(files, i), entry));
          const observed = await timed(() => run.observe(changed(files, i)));
          const judged = await timed(() => {
            const input = { checks: run.checks, submission: observed.value, reference: run.reference, mistakes: [] };
            return run.checks.map((check) => judge(input, check));
          });
          const write = await timed(() => writeObservation(path.join(folder, `${i}.obs`), observed.value));
          // Transpiling is part of observing, too: it was done twice to see it apart.
          const whole = performance.now() - started - transpile.ms;
          if (judged.value.some(({ status }) => status !== 'accepted'))
            throw new Error('the right program was refused');
          if (i < 0) continue;
          parts.transpile.push(transpile.ms);
          parts.observe.push(observed.ms);
          parts.take.push(waits.reduce((a, b) => a + b, 0));
          parts.worker.push(inWorkerMs(observed.value));
          parts.judge.push(judged.ms);
          parts.write.push(write.ms);
          parts.whole.push(whole);
        }
        const rest = parts.observe.map((all, i) => all - parts.take[i]! - parts.worker[i]! - parts.transpile[i]!);
        const first = await firstResults(pool, files, entry);
        return [
          { name: 'whole submission', value: spread(parts.whole), target: '≤ 150 ms' },
          { name: '· transpile', value: spread(parts.transpile) },
          { name: '· take a warm worker', value: spread(parts.take) },
          { name: '· in the worker', value: spread(parts.worker) },
          { name: '· load, protocol, ending the sandbox', value: spread(rest) },
          { name: '· judge all checks', value: spread(parts.judge) },
          { name: '· write the observation (with fsync)', value: spread(parts.write) },
          { name: 'from submission to first result', value: spread(first), target: '3–10 ms' },
          { name: 'calls per submission', value: String(countCalls(run.reference.cases)) },
          { name: 'per call in the worker', value: ms(median(parts.worker) / countCalls(run.reference.cases)) },
        ];
      }),
    ),
};

/** From the files to the value of the first call, in a worker that was ready before. */
async function firstResults(
  pool: WorkerPool,
  files: ReadonlyMap<string, Uint8Array>,
  entry: Awaited<ReturnType<typeof exerciseEntry>>,
): Promise<number[]> {
  const times: number[] = [];
  const [check] = entry.exercise.checks(7);
  for (let i = 0; i < ROUNDS; i++) {
    await pause();
    const started = performance.now();
    const program = await makeProgram(changed(files, i), entry);
    const session = new Session(pool, program, { gradients: 'all', backend: 'float64', loadDeadlineMs: 10_000 });
    await session.open('exercise1');
    await check!.cases[0]!.plan(async (_, call) => {
      const outcome = await session.call(call, 10_000);
      if (outcome.status !== 'ok') throw new Error(outcome.message);
      return outcome;
    });
    times.push(performance.now() - started);
    await session.close();
  }
  return times;
}

/** Records how long each worker was waited for. */
function watchTakes(pool: WorkerPool): number[] {
  const waits: number[] = [];
  const take = pool.take.bind(pool);
  pool.take = async (backend) => {
    const { ms: waited, value } = await timed(() => take(backend));
    waits.push(waited);
    return value;
  };
  return waits;
}

/** The same program as another file, so that nothing is remembered of it. */
function changed(files: ReadonlyMap<string, Uint8Array>, round: number): Map<string, Uint8Array> {
  return new Map([...files].map(([name, bytes]) => [name, Buffer.concat([bytes, Buffer.from(`\n// ${round}\n`)])]));
}

function countCalls(cases: Record<string, Record<string, unknown>>): number {
  return Object.values(cases).reduce((sum, calls) => sum + Object.keys(calls).length, 0);
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
