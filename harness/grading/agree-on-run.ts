import { randomInt } from 'node:crypto';
import * as path from 'node:path';
import { UsageError } from '../intake/errors.ts';
import type { RunRecord, Store } from '../store.ts';
import type { GradeOptions } from './types.ts';

/** The record of an earlier run in the folder, if there is one. Throws UsageError where it is another assignment's. */
export async function sameAssignment(store: Store, assignment: string): Promise<RunRecord | undefined> {
  const before = await store.readRun();
  if (before !== undefined && before.assignment !== assignment) {
    throw new UsageError(
      `This folder holds grades of ${before.assignment}, not of ${assignment}`,
      store.out,
      'Choose another --out',
    );
  }
  return before;
}

/** What this run is about. An earlier one in the same folder decides what the command leaves open, the seed above all. */
export function agreeOnRun(
  before: RunRecord | undefined,
  assignment: string,
  ids: readonly string[],
  options: GradeOptions,
): RunRecord {
  const seed = options.seed ?? before?.seed ?? randomInt(2 ** 31);
  const training = options.training ?? before?.training;
  return {
    schema: 1,
    assignment,
    seed,
    startedAt: before?.seed === seed ? before.startedAt : new Date().toISOString(),
    ...(options.only === undefined ? {} : { only: options.only }),
    ...(options.rubric === undefined ? {} : { rubric: path.resolve(options.rubric) }),
    ...(training === 'long' ? { training } : {}),
    submissions: [...ids],
    ...(options.fresh ? { unfinishedFresh: true } : {}),
  };
}

/** Whether `--fresh` begins here: an interrupted run of the same command has begun it already. */
export function freshBegins(options: GradeOptions, run: RunRecord, before: RunRecord | undefined): boolean {
  return options.fresh && !(before?.unfinishedFresh === true && before.seed === run.seed);
}
