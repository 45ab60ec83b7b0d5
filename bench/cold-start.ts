import { randomInt } from 'node:crypto';
import { loadCatalogue } from '../harness/catalogue.ts';
import { type Benchmark, seconds, timed } from './measure.ts';
import { JOBS, startRun, withPool } from './setting.ts';

export const coldStart: Benchmark = {
  id: 'cold-start',
  title: 'A seed that was never used',
  method: `The reference and then all known mistakes (run only once a submission has a wrong answer) under a fresh seed, ${JOBS} at a time. Both are kept: the second run with the same seed reads them from the cache.`,
  run: () =>
    withPool(JOBS, async (pool, missing) => {
      const seed = randomInt(2 ** 31);
      const figures = [];
      for (const entry of await loadCatalogue()) {
        const { id } = entry.exercise;
        const reference = await timed(() => startRun(entry, pool, missing, seed));
        const mistakes = await timed(() => reference.value.mistakes());
        const count = mistakes.value.length;
        figures.push({ name: `${id}: reference`, value: seconds(reference.ms) });
        figures.push({ name: `${id}: ${count} known mistakes`, value: seconds(mistakes.ms) });
      }
      return figures;
    }),
};
