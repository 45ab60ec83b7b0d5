import { describe, expect, test } from 'vitest';
import { loadCatalogue } from '../../harness/catalogue.ts';
import { ExerciseRun } from '../../harness/exercise-run.ts';
import { Random } from '../../harness/numerics/random.ts';
import { DEFAULT_LIMITS } from '../../harness/sandbox/pool.ts';
import { usePool } from '../sandbox/session/kit.ts';
import { judgeOddResults } from './odd-results.ts';

/** One of each kind of check; every exercise: GRADUS_ALL_EXERCISES=1 npx vitest run test/hostile/odd-results.test.ts */
const CHOSEN = ['mdn-gradients', 'matrix-exp', 'dv-optimum'];

const all = await loadCatalogue();
const exercises = process.env.GRADUS_ALL_EXERCISES ? all : all.filter(({ exercise }) => CHOSEN.includes(exercise.id));

describe('a program that answers with odd values makes no check and no plan fail', () => {
  const pool = usePool({ spare: 1 });

  test.each(exercises.map((entry) => [entry.exercise.id, entry] as const))(
    '%s',
    async (_, entry) => {
      const checks = (seed: number) => entry.exercise.checks(seed, 'quick').filter(({ kind }) => kind !== 'training');
      const run = await ExerciseRun.start({
        ...{ entry: { ...entry, exercise: { ...entry.exercise, checks } }, seed: 7, jobs: 1, fastBackend: 'wasm' },
        sandbox: async () => ({ pool: pool(), missing: [] }),
        sandboxLimits: { ...DEFAULT_LIMITS, outputBytes: 1 << 20 },
      });
      expect(await judgeOddResults(run.checks, run.reference, Random.fromSeed(7), 120)).toEqual([]);
    },
    300_000,
  );
});
