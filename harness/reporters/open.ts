import type { CriterionGrade } from '../model/grade.ts';

/** Nobody has decided on these points yet. They must not look like a zero. */
export function isOpen({ status, points }: CriterionGrade): boolean {
  return (status === 'manual' || status === 'internal-error') && points === 0;
}
