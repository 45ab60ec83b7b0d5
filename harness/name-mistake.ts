import { sameValue } from './checks/same-value.ts';
import type { JudgeInput } from './judge.ts';
import type { Case, Check } from './model/exercise.ts';
import type { Observation, Outcome } from './model/observation.ts';
import { NdArray, type Value } from './model/value.ts';
import type { Verdict } from './model/verdict.ts';
import { isFloat32Quantised } from './numerics/compare.ts';

/** A known wrong program, as it behaved on the same inputs. */
export interface KnownMistake {
  id: string;
  message: string;
  hint?: string;
  /** Ids of the checks that it fails with a wrong answer. */
  fails: ReadonlySet<string>;
  /** Of the calls that tell mistakes apart, at least in those checks. */
  observation: Observation;
}

/**
 * Relative difference up to which two programs with the same mistake agree. Mistakes differ from each other by far
 * more, right programs with the same mistake by rounding only.
 */
const ALIKE = 1e-6;
const ALIKE_FLOAT32 = 1e-4;

/** The one known mistake that explains a wrong answer: it gives the same results, and no other does. */
export function nameMistake(input: JudgeInput, check: Check): Verdict['mistake'] {
  const candidates = input.mistakes.filter((mistake) => mistake.fails.has(check.id) && alike(check, input, mistake));
  const chosen =
    candidates.length <= 1 ? candidates : candidates.filter((mistake) => alikeThroughout(check, input, mistake));
  if (chosen.length !== 1) return undefined;
  const { id, message, hint } = chosen[0]!;
  return { id, message, ...(hint === undefined ? {} : { hint }) };
}

/** Whether the results that tell mistakes apart agree on every input of the check. */
function alike(check: Check, { submission, reference }: JudgeInput, mistake: KnownMistake): boolean {
  let compared = 0;
  // Where not all cases are looked at, the mistake might show on the others only.
  let shows = check.tellingCases === undefined;
  for (const { id } of tellingCasesOf(check)) {
    const [ours, theirs] = [submission.cases[id], mistake.observation.cases[id]];
    if (ours === undefined || theirs === undefined) return false;
    const calls = check.telling ?? Object.keys(ours).filter((call) => call in theirs);
    for (const call of calls) {
      if (!sameOutcome(ours[call], theirs[call])) return false;
      compared += 1;
      shows ||= !sameOutcome(theirs[call], reference.cases[id]?.[call]);
    }
  }
  return compared > 0 && shows;
}

/** The cases of a check that known mistakes are run on. */
export function tellingCasesOf({ cases, tellingCases }: Check): Case[] {
  return cases.filter(({ id }) => tellingCases?.includes(id) ?? true);
}

/**
 * The same over every check of the function: what tells two apart that look alike here. A check that the mistake passes was
 * not run with it; a submission that fails such a check does something else.
 */
function alikeThroughout(check: Check, input: JudgeInput, mistake: KnownMistake): boolean {
  return (
    input.checks
      // Where no call tells mistakes apart, as in training, none was run.
      .filter((other) => other.function === check.function && other.telling?.length !== 0)
      .every((other) => {
        const seen = tellingCasesOf(other).every(({ id }) => id in mistake.observation.cases);
        if (seen) return alike(other, input, mistake);
        return mistake.fails.has(other.id) || !isWrong(other, input);
      })
  );
}

const wrong = new WeakMap<Observation, Map<string, boolean>>();

/** Whether the results of the submission are wrong in a check, judged once however many mistakes it is asked for. */
function isWrong(check: Check, { submission, reference }: JudgeInput): boolean {
  const known = wrong.get(submission) ?? new Map<string, boolean>();
  wrong.set(submission, known);
  let answer = known.get(check.id);
  if (answer === undefined) {
    try {
      const verdict = check.judge({ submission: submission.cases, reference: reference.cases, overrides: {} });
      answer = verdict.status === 'wrong-answer';
    } catch {
      answer = false; // told elsewhere, as the fault of ours that it is
    }
    known.set(check.id, answer);
  }
  return answer;
}

function sameOutcome(a: Outcome | undefined, b: Outcome | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.status !== 'ok' || b.status !== 'ok') return a.status === b.status;
  // Whether numbers went through float32 takes a look at each of them, and a wrong result may have millions.
  if (sizeOfValue(a.value) !== sizeOfValue(b.value)) return false;
  const tolerance = stored32(a.value) !== stored32(b.value) ? ALIKE_FLOAT32 : ALIKE;
  return sameValue(a.value, b.value, tolerance) && sameEcho(a, b);
}

/** A scalar and its number are the same value. */
function sizeOfValue(value: Value): number | undefined {
  if (typeof value === 'number') return 1;
  return value instanceof NdArray ? value.data.length : undefined;
}

/** Whether a result is a tensor whose numbers went through float32. */
function stored32(value: Value): boolean {
  return value instanceof NdArray && isFloat32Quantised(value.data);
}

/** An argument that one of them changed and the other did not is a difference. */
function sameEcho(a: { args?: Value[] }, b: { args?: Value[] }): boolean {
  return a.args === undefined || b.args === undefined || sameValue(a.args, b.args);
}
