/**
 * What became of a check or a call, worst first, in the sense of DMOJ's and DOMjudge's verdicts.
 * The order decides which status stands for a whole when several apply.
 */
export const STATUSES = [
  'internal-error',
  'rejected',
  'compile-error',
  'missing',
  'protocol-error',
  'memory-limit-exceeded',
  'time-limit-exceeded',
  'output-limit-exceeded',
  'runtime-error',
  'wrong-answer',
  'partial',
  'skipped',
  'manual',
  'inconclusive',
  'accepted',
] as const;

export type Status = (typeof STATUSES)[number];

/** The worst of several statuses; `accepted` when there is none. */
export function worstStatus(statuses: Iterable<Status>): Status {
  let worst: number = STATUSES.length - 1;
  for (const status of statuses) worst = Math.min(worst, STATUSES.indexOf(status));
  return STATUSES[worst]!;
}
