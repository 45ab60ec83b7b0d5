import type { CriterionGrade, SubmissionGrade } from '../model/grade.ts';

/**
 * A grade as its student may see it: without criteria for staff, hidden ones with title, status and points alone, nothing
 * of the grader's own errors, and no message but that of a rejection. Applied twice it changes nothing more.
 */
export function studentGrade(grade: SubmissionGrade): SubmissionGrade {
  const { message, ...rest } = grade;
  return {
    ...rest,
    ...(grade.status === 'rejected' && message !== undefined ? { message } : {}),
    criteria: grade.criteria.filter(({ visibility }) => visibility !== 'staff').map(studentCriterion),
  };
}

function studentCriterion(criterion: CriterionGrade): CriterionGrade {
  if (criterion.visibility === 'visible' && criterion.status !== 'internal-error') return criterion;
  const { mistake: _, ...rest } = criterion;
  return { ...rest, summary: '', evidence: [] };
}
