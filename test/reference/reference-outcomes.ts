import { loadCatalogue } from '../../harness/catalogue.ts';
import { withChecks, withoutTraining } from '../../harness/example-verdicts.ts';
import { ExerciseRun } from '../../harness/exercise-run.ts';
import type { Observation } from '../../harness/model/observation.ts';
import { isRecord, NdArray, type Value } from '../../harness/model/value.ts';
import { detectLevel } from '../../harness/sandbox/level.ts';
import { DEFAULT_LIMITS, WorkerPool } from '../../harness/sandbox/pool.ts';

/** What the reference solution of an exercise answers to its cases (but training) under a seed, through the real path. */
export async function referenceOutcomes(exercise: string, seed: number): Promise<Observation['cases']> {
  const whole = (await loadCatalogue()).find((one) => one.exercise.id === exercise)!;
  const entry = withChecks(whole, withoutTraining);
  const { level, missing } = await detectLevel();
  const outputBytes = 4 << 20;
  const pool = new WorkerPool({ level, limits: DEFAULT_LIMITS, outputBytes, spare: 1 });
  try {
    const run = await ExerciseRun.start({
      ...{ entry, seed, fastBackend: 'cpu', jobs: 1 },
      sandbox: async () => ({ pool, missing }),
      sandboxLimits: { ...DEFAULT_LIMITS, outputBytes },
    });
    return run.reference.cases;
  } finally {
    await pool.close();
  }
}

/** The numbers of the result of one call; a scalar is a list of one. */
export function numbersOf(cases: Observation['cases'], caseId: string, callId = 'value'): number[] {
  const outcome = cases[caseId]?.[callId];
  if (outcome?.status !== 'ok') throw new Error(`${caseId}/${callId}: ${outcome?.status ?? 'not asked'}`);
  const { value } = outcome;
  if (value instanceof NdArray) return Array.from(value.data);
  if (typeof value === 'number') return [value];
  throw new Error(`${caseId}/${callId}: not a tensor`);
}

/** The numbers of one tensor of a record. */
export function partOf(value: Value, key: string): number[] {
  const part = isRecord(value) ? value[key] : undefined;
  if (!(part instanceof NdArray)) throw new Error(`no tensor under ${key}`);
  return Array.from(part.data);
}

/** The greatest difference of two lists, in units of the larger of 1 and the expected list's greatest entry. */
export function distance(actual: readonly number[], expected: readonly number[]): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  const scale = Math.max(1, ...expected.map(Math.abs));
  return Math.max(...actual.map((a, i) => (a === expected[i] ? 0 : Math.abs(a - expected[i]!) / scale)));
}
