import type { Check } from './model/exercise.ts';
import type { Observation } from './model/observation.ts';
import type { Verdict } from './model/verdict.ts';
import { type KnownMistake, nameMistake } from './name-mistake.ts';

export interface JudgeInput {
  /** All checks of the exercise. */
  checks: readonly Check[];
  submission: Observation;
  reference: Observation;
  mistakes: readonly KnownMistake[];
}

/** Checks whose results show which mistake was made; durations and the lack of something do not. */
const TELLING_KINDS = new Set<Check['kind']>(['values', 'gradient', 'property', 'picture', 'training']);

/**
 * The verdict of one check, with the mistake's name where it has one. Pure: the same observations give the same verdict.
 * A check that throws is the harness's fault and says `internal-error`, never `wrong-answer`.
 */
export function judge(input: JudgeInput, check: Check, overrides: Record<string, number> = {}): Verdict {
  return nameVerdict(input, check, judgeAlone(input, check, overrides));
}

/** The same without a name: for this no known mistake has to be there. */
export function judgeAlone(
  { submission, reference }: Omit<JudgeInput, 'mistakes'>,
  check: Check,
  overrides: Record<string, number> = {},
): Verdict {
  try {
    const { cases, sources, declared } = submission;
    return check.judge({
      submission: cases,
      reference: reference.cases,
      overrides,
      ...(sources === undefined ? {} : { sources }),
      ...(declared === undefined ? {} : { declared }),
    });
  } catch (error) {
    return internalError(error);
  }
}

/** Whether results of this check tell known mistakes apart: not where none of its calls does, as in long training runs. */
export function tellsMistakes({ kind, telling }: Pick<Check, 'kind' | 'telling'>): boolean {
  return TELLING_KINDS.has(kind) && telling?.length !== 0;
}

/** Whether a mistake could give this verdict its name. */
export function canBeNamed(check: Check, verdict: Verdict): boolean {
  return verdict.status === 'wrong-answer' && tellsMistakes(check);
}

/** The verdict with the name of the one known mistake that explains it, if one does. */
export function nameVerdict(input: JudgeInput, check: Check, verdict: Verdict): Verdict {
  if (!canBeNamed(check, verdict)) return verdict;
  const mistake = nameMistake(input, check);
  return mistake === undefined ? verdict : { ...verdict, mistake };
}

export function internalError(error: unknown): Verdict {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    status: 'internal-error',
    share: 0,
    summary: 'The grader itself failed here. This is not your fault and costs no points; staff have been told.',
    evidence: [{ kind: 'text', title: 'For staff', text: text.slice(0, 2000) }],
  };
}
