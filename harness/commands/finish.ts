import type { GradeResult } from '../grading/types.ts';
import { EXIT } from './exit.ts';
import { printSummary } from './summary.ts';

/** Prints what came out and sets the exit code. */
export function finish(result: GradeResult, json: boolean): void {
  if (json) console.log(JSON.stringify(result.grades));
  else printSummary(result);
  const failed =
    result.faults.length > 0 || result.grades.submissions.some(({ status }) => status === 'internal-error');
  process.exitCode = result.stopped ? EXIT.stopped : failed ? EXIT.internal : EXIT.ok;
}
