import type { SubmissionGrade } from '../model/grade.ts';
import type { Rubric } from '../rubric/schema.ts';
import { type ScoreOptions, score } from '../score.ts';

/** The grade of a submission that the grader itself failed on: every point is open. `why` is for staff. */
export function brokenGrade(rubric: Rubric, id: string, why: string, options: ScoreOptions): SubmissionGrade {
  // A criterion without a verdict is the grader's fault, and its points stay open.
  const grade = score(rubric, {}, { id, students: [] }, options);
  return { ...grade, status: 'internal-error', message: why };
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
