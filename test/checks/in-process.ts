import type { Call } from '../../harness/model/call.ts';
import type { Case, CaseOutcomes, Check } from '../../harness/model/exercise.ts';
import type { Failure, Observation, Outcome, Success } from '../../harness/model/observation.ts';
import { NdArray, type Value } from '../../harness/model/value.ts';
import type { Verdict } from '../../harness/model/verdict.ts';

/** A program under test that answers in this process: the checks see the same records as from a sandbox. */
export type Program = (call: Call, id: string) => Outcome;

export function ok(value: Value, more: Partial<Success> = {}): Success {
  return { status: 'ok', value, ms: 1, ...more };
}

export function failure(
  status: Failure['status'] = 'runtime-error',
  message = 'It broke.',
  location?: string,
): Failure {
  return { status, message, ms: 1, ...(location === undefined ? {} : { location }) };
}

/** What was seen of a program whose cases ended like this. */
export const observationOf = (cases: Observation['cases']): Observation => ({
  ...{ schema: 1, exercise: 'e', seed: 1, harness: 'h', backend: 'float64' },
  ...{ sandbox: { level: 'full', missing: [] }, exports: [], cases, output: '', durationMs: 1 },
});

/** Carries out the plans of some cases. */
export async function observe(cases: readonly Case[], program: Program): Promise<Record<string, CaseOutcomes>> {
  const observed: Record<string, CaseOutcomes> = {};
  for (const one of cases) {
    const outcomes: CaseOutcomes = {};
    observed[one.id] = outcomes;
    await one.plan(async (id, call) => {
      const outcome = program(call, id);
      outcomes[id] = outcome;
      return outcome;
    });
  }
  return observed;
}

/** The verdict of a check on a program beside a reference. */
export async function verdictOf(
  check: Check,
  program: Program,
  reference: Program = () => ok(null),
  overrides: Record<string, number> = {},
): Promise<Verdict> {
  const submission = await observe(check.cases, program);
  return check.judge({ submission, reference: await observe(check.cases, reference), overrides });
}

export const call = (fn: string, ...args: Call['args']): Call => ({ module: 'question', fn, args });
export const vector = (...entries: number[]): NdArray => NdArray.of(entries);
export const scalar = (value: number): NdArray => NdArray.of([value], []);
/** The same numbers as they come out of a program that stores float32. */
export const stored32 = (array: NdArray): NdArray => new NdArray(array.shape, Float32Array.from(array.data));
