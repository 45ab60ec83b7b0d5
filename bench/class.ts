import * as path from 'node:path';
import { type Benchmark, ms, seconds, timed } from './measure.ts';
import {
  exampleFiles,
  exerciseEntry,
  gradus,
  inWorkerMs,
  JOBS,
  SEED,
  storedObservations,
  withFolder,
  workerStartMs,
  writeClass,
} from './setting.ts';

const COUNT = 40;
const PROGRAMS = ['tfjs-async-logsumexp', 'closures-streaming-sum', 'plain-loops-nested-arrays', 'pairwise-ratios'];

export const classOfLight: Benchmark = {
  id: 'class',
  title: `A class of ${COUNT} light submissions, ${JOBS} jobs`,
  method: `\`gradus grade\` on ${COUNT} right programs of mdn-gradients, from start to end of the command; “marginal” is the difference to a class of one. Bare compute is the sum over all submissions of the time in the worker (calls only); with the start of its process, a submission costs that and the processor's time until a worker is ready, measured alone.`,
  run: () =>
    withFolder(async (folder) => {
      const entry = await exerciseEntry('mdn-gradients');
      const programs = await Promise.all(PROGRAMS.map((name) => exampleFiles(entry, name)));
      const grade = async (name: string, count: number) => {
        await writeClass(path.join(folder, name), count, programs);
        const out = path.join(folder, `${name}-out`);
        const args = ['grade', path.join(folder, name), '--assignment', 'tub-sheet10', '--only', 'mdn-gradients'];
        args.push('--out', out, '--seed', String(SEED), '--jobs', String(JOBS));
        if (count === 1) args.push('--as', 'class');
        const { ms: wall } = await timed(() => gradus(args));
        return { wall, observations: await storedObservations(out) };
      };
      await grade('warm-up', 2); // builds the worker and runs the reference, which are kept
      const one = await grade('one', 1);
      const all = await grade('all', COUNT);
      const start = await workerStartMs();
      const calls = all.observations.reduce((sum, observation) => sum + inWorkerMs(observation), 0);
      const marginal = all.wall - one.wall;
      const each = marginal / (COUNT - 1);
      const withStarts = calls + COUNT * start;
      return [
        { name: 'wall', value: seconds(all.wall) },
        { name: 'wall of a class of one', value: seconds(one.wall) },
        { name: 'marginal wall per submission', value: ms(each), target: '≤ 150 ms' },
        { name: 'bare compute, calls only', value: seconds(calls) },
        { name: 'start of a sandboxed worker, alone', value: ms(start) },
        {
          name: `marginal wall ÷ (calls only ÷ ${JOBS})`,
          value: (marginal / ((calls * (COUNT - 1)) / COUNT / JOBS)).toFixed(2),
        },
        {
          name: `marginal wall ÷ (calls and starts ÷ ${JOBS})`,
          value: (marginal / ((withStarts * (COUNT - 1)) / COUNT / JOBS)).toFixed(2),
          target: '≤ 1.3',
        },
      ];
    }),
};
