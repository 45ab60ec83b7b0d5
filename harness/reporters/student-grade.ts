import type { CriterionGrade, SubmissionGrade } from '../model/grade.ts';
import { forStudent } from '../score.ts';

/**
 * A grade as its student may see it: without what the rubric hides, with nothing from inside the grader where it failed
 * itself, and without staff's notes. Applied twice it changes nothing more.
 */
export function studentGrade(grade: SubmissionGrade): SubmissionGrade {
  const { message, ...seen } = forStudent(grade);
  return {
    ...seen,
    ...(grade.status === 'graded' || message === undefined ? {} : { message }),
    criteria: seen.criteria.map(withoutInternals),
  };
}

function withoutInternals(criterion: CriterionGrade): CriterionGrade {
  if (criterion.status !== 'internal-error') return criterion;
  const { mistake: _, ...rest } = criterion;
  return { ...rest, summary: '', evidence: [] };
}
