import { gridOf, select } from './checks/coerce.ts';
import { sameValue } from './checks/same-value.ts';
import type { JudgeInput } from './judge.ts';
import type { Path } from './model/call.ts';
import type { Case, Check } from './model/exercise.ts';
import type { Observation, Outcome } from './model/observation.ts';
import type { Status } from './model/status.ts';
import { isRecord, NdArray, type Value } from './model/value.ts';
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
/** What is left of sums that cancel: 0 in one program, a rounding error in another. */
const ROUNDING = 1e-14;

/** The one known mistake that explains a wrong answer: it gives the same results, and no other does. Further questions only rule out. */
export function nameMistake(input: JudgeInput, check: Check): Verdict['mistake'] {
  const partly = input.mistakes.filter(
    (mistake) => mistake.fails.has(check.id) && alike(check, input, mistake) && !passesExactly(check, input, mistake),
  );
  // Where only a part is judged, mistakes that differ in the others may look alike.
  const wholly = partly.length <= 1 ? [] : partly.filter((mistake) => alike(check, input, mistake, WHOLE));
  const candidates = wholly.length > 0 ? wholly : partly;
  const alikeAll =
    candidates.length <= 1 ? candidates : candidates.filter((mistake) => alikeThroughout(check, input, mistake));
  const chosen =
    alikeAll.length <= 1 ? alikeAll : alikeAll.filter((mistake) => !passesElsewhere(check, input, mistake));
  const [first] = chosen;
  // Two ways to make one mistake may have one text.
  if (first === undefined || chosen.some(({ message, hint }) => message !== first.message || hint !== first.hint))
    return undefined;
  const { id, message, hint } = first;
  return { id, message, ...(hint === undefined ? {} : { hint }) };
}

const WHOLE: readonly Path[] = [[]];

/** Whether the results that tell mistakes apart agree on every input of the check, in these parts of them. */
function alike(
  check: Check,
  input: JudgeInput,
  mistake: KnownMistake,
  parts: readonly Path[] = check.judged ?? WHOLE,
): boolean {
  const pairs = pairsOf(check, input, mistake);
  if (pairs === undefined || pairs.length === 0) return false;
  let telling = parts === WHOLE;
  // Results that are right on these inputs tell nothing: the mistake may show on others, or in another order of calls.
  let shows = false;
  for (const { ours, theirs, right } of pairs) {
    if (!sameOutcome(ours, theirs, parts, ROUNDING)) return false;
    if (shows && telling) continue;
    const differs = !sameOutcome(theirs, right, parts);
    shows ||= differs;
    telling ||= differs && parts.some((part) => hasNumbers(theirs, part));
  }
  if (!shows) return false;
  // A part that is missing, or zero everywhere, may be so for any reason: then the others have to agree, too.
  return telling || alike(check, input, mistake, WHOLE);
}

/** Whether they give the same on every input of the check, be it right or wrong. */
function agrees(check: Check, input: JudgeInput, mistake: KnownMistake): boolean {
  const parts = check.judged ?? WHOLE;
  return (
    pairsOf(check, input, mistake)?.every(({ ours, theirs }) => sameOutcome(ours, theirs, parts, ROUNDING)) ?? false
  );
}

interface Pair {
  ours: Outcome | undefined;
  theirs: Outcome | undefined;
  right: Outcome | undefined;
}

/** The results that tell mistakes apart, of the submission, of the mistake and of the reference; none where a case was not run. */
function pairsOf(
  check: Check,
  { submission, reference }: JudgeInput,
  { observation }: KnownMistake,
): Pair[] | undefined {
  const pairs: Pair[] = [];
  for (const { id } of tellingCasesOf(check)) {
    const [ours, theirs] = [submission.cases[id], observation.cases[id]];
    if (ours === undefined || theirs === undefined) return undefined;
    for (const call of check.telling ?? Object.keys(ours).filter((one) => one in theirs))
      pairs.push({ ours: ours[call], theirs: theirs[call], right: reference.cases[id]?.[call] });
  }
  return pairs;
}

/** Whether a part of a result holds numbers other than 0 and NaN. */
function hasNumbers(outcome: Outcome | undefined, part: Path): boolean {
  if (outcome?.status !== 'ok') return false;
  const value = gathered(select(outcome.value, part));
  if (typeof value === 'number') return value !== 0 && Number.isFinite(value);
  return value instanceof NdArray && value.data.some((x) => x !== 0 && Number.isFinite(x));
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
        if (seen) return agrees(other, input, mistake);
        return mistake.fails.has(other.id) || !isWrong(other, input);
      })
  );
}

/** What numbers decide, and nothing else: neither chance nor the clock. */
const EXACT: ReadonlySet<Check['kind']> = new Set(['values', 'gradient', 'property']);

/**
 * Whether the submission passes another check of the function that the mistake fails: then it does something else. Checks of single parts of
 * a result are left out: a mistake may be made in some of them only.
 */
function passesExactly(check: Check, input: JudgeInput, mistake: KnownMistake): boolean {
  const exact = (other: Check): boolean =>
    other.id !== check.id && other.function === check.function && other.judged === undefined && EXACT.has(other.kind);
  return passesWhereItFails(input, mistake, exact);
}

/** Whether the mistake shows in another function, and the submission passes there. */
function passesElsewhere(check: Check, input: JudgeInput, mistake: KnownMistake): boolean {
  return passesWhereItFails(input, mistake, (other) => other.function !== check.function);
}

function passesWhereItFails(input: JudgeInput, { fails }: KnownMistake, among: (check: Check) => boolean): boolean {
  return input.checks.some((other) => among(other) && fails.has(other.id) && statusOf(other, input) === 'accepted');
}

const isWrong = (check: Check, input: JudgeInput): boolean => statusOf(check, input) === 'wrong-answer';

const statuses = new WeakMap<Observation, Map<string, Status | undefined>>();

/** What the submission gets in a check, judged once however many mistakes it is asked for. */
function statusOf(check: Check, { submission, reference }: JudgeInput): Status | undefined {
  const known = statuses.get(submission) ?? new Map<string, Status | undefined>();
  statuses.set(submission, known);
  if (!known.has(check.id)) {
    let status: Status | undefined;
    try {
      ({ status } = check.judge({ submission: submission.cases, reference: reference.cases, overrides: {} }));
    } catch {
      // told elsewhere, as the fault of ours that it is
    }
    known.set(check.id, status);
  }
  return known.get(check.id);
}

function sameOutcome(a: Outcome | undefined, b: Outcome | undefined, parts: readonly Path[], floor = 0): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.status !== 'ok' || b.status !== 'ok') return a.status === b.status;
  return parts.every((part) => sameResult(select(a.value, part), select(b.value, part), floor)) && sameEcho(a, b);
}

/** The same result of two programs, whether it is a tensor or a nested list of numbers. */
function sameResult(a: Value, b: Value, floor: number): boolean {
  const [x, y] = [gathered(a), gathered(b)];
  if (isRecord(x) && isRecord(y)) {
    const keys = Object.keys(x);
    return keys.length === Object.keys(y).length && keys.every((key) => key in y && sameResult(x[key], y[key], floor));
  }
  if (Array.isArray(x) && Array.isArray(y))
    return x.length === y.length && x.every((item, i) => sameResult(item, y[i], floor));
  // Whether numbers went through float32 takes a look at each of them, and a wrong result may have millions.
  if (sizeOfValue(x) !== sizeOfValue(y)) return false;
  return sameValue(x, y, stored32(x) !== stored32(y) ? ALIKE_FLOAT32 : ALIKE, floor);
}

const grids = new WeakMap<Value[], Value>();

/** A regular grid of numbers as a tensor, made once however many mistakes it is compared with; anything else as it is. */
function gathered(value: Value): Value {
  if (!Array.isArray(value)) return value;
  const grid = grids.get(value) ?? gridOf(value) ?? value;
  grids.set(value, grid);
  return grid;
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
