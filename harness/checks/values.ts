import type { Call } from '../model/call.ts';
import type { Case, Check } from '../model/exercise.ts';
import type { Outcome } from '../model/observation.ts';
import { NdArray, type Value } from '../model/value.ts';
import type { Evidence } from '../model/verdict.ts';
import { type Comparison, compareArrays, indexOf, isFloat32Quantised } from '../numerics/compare.ts';
import { diagnose } from '../numerics/diagnose.ts';
import { type CaseResult, combine, failedCall } from './case-result.ts';
import { coerce, select } from './coerce.ts';
import { formatIndex, formatNumber } from './format.ts';

/** How far a right program may be from the reference on one input. */
export interface Bound {
  /** Relative bound for results in double precision. */
  rtol: number;
  /** Absolute bound, for entries whose true value is 0. */
  atol: number;
  scale: 'entry' | 'max';
  /** Condition of the input: how much it amplifies rounding. Widens both bounds. */
  condition?: number;
  /** Why these numbers. */
  reason: string;
}

/**
 * Doubles: 1e-8 leaves eight digits for the algorithm, so that any sound one passes (they agree to 1e-10 and better),
 * while a mistake in the mathematics shows.
 */
export const DOUBLE: Bound = {
  rtol: 1e-8,
  atol: 1e-10,
  scale: 'max',
  reason: 'double precision leaves 1e-16; eight digits are left to the algorithm',
};

/** Rounding units of float32 granted to a program that stores its numbers as float32. */
const FLOAT32_UNITS = 64;

export interface ValueCase {
  id: string;
  /** Reads well after "on": "a nilpotent matrix". */
  title: string;
  /** A function where making the arguments takes time: it is called when the call is made. */
  call: Call | (() => Call);
  bound?: Partial<Bound>;
  /** Shared with another check that makes the same call; default: a case of this check's own. */
  caseId?: string;
}

export interface ValuesOptions {
  id: string;
  title: string;
  function: string;
  cases: ValueCase[];
  bound?: Bound;
  /** Parts of a record result that are judged; by default the whole result. */
  parts?: { path: (string | number)[]; name: string }[];
  /** Cases that known mistakes are run on, by their ids here; see Check. */
  telling?: string[];
  /** What to look at when this check fails, where no known mistake says more. */
  praise?: string;
}

/** Compares results with the reference's, input by input: first the shape, then NaN and infinity, then every entry. */
export function valuesCheck(options: ValuesOptions): Check {
  const base = options.bound ?? DOUBLE;
  const parts = options.parts ?? [{ path: [], name: 'The result' }];
  const cases: Case[] = options.cases.map(({ id, title, call, caseId }) => ({
    id: caseId ?? `${options.id}/${id}`,
    title,
    plan: async (ask) => void (await ask('value', typeof call === 'function' ? call() : call)),
  }));
  return {
    id: options.id,
    kind: 'values',
    title: options.title,
    function: options.function,
    parameters: { rtol: base.rtol, atol: base.atol },
    cases,
    ...tellingCases(options, cases),
    ...(options.parts === undefined ? {} : { judged: options.parts.map(({ path }) => path) }),
    judge({ submission, reference, overrides }) {
      const results = options.cases.map((item, i) => {
        const id = cases[i]!.id;
        const bound = { ...base, ...overrides, ...item.bound } as Bound;
        return judgeValue(options.function, item.title, parts, submission[id]?.value, reference[id]?.value, bound);
      });
      return combine(results, options.praise ?? `${options.function} agrees with the reference on every input.`);
    },
  };
}

/** The ids of the telling cases, where not all of them are. */
export function tellingCases(
  { telling, cases }: { telling?: string[]; cases: readonly { id: string }[] },
  made: readonly Case[],
): { tellingCases?: string[] } {
  if (telling === undefined) return {};
  return { tellingCases: made.filter((_, i) => telling.includes(cases[i]!.id)).map(({ id }) => id) };
}

function judgeValue(
  fn: string,
  title: string,
  parts: { path: (string | number)[]; name: string }[],
  outcome: Outcome | undefined,
  reference: Outcome | undefined,
  bound: Bound,
): CaseResult {
  const { actual, expected } = bothValues(outcome, reference, `${fn} on ${title}`);
  if (actual.status !== 'ok') return failedCall(title, fn, actual);
  let best: CaseResult = { title, status: 'accepted', statement: '', ratio: 0 };
  for (const part of parts) {
    const wanted = select(expected, part.path);
    const result = judgeArray(fn, title, part.name, select(actual.value, part.path), asArray(wanted), bound);
    if (result.status !== 'accepted') return result;
    if ((result.ratio ?? 0) >= (best.ratio ?? 0)) best = { ...result, remark: result.remark ?? best.remark };
  }
  return best;
}

/** Pairs the two outcomes of a call. What the reference did not answer is the harness's fault, hence thrown. */
export function bothValues(
  outcome: Outcome | undefined,
  reference: Outcome | undefined,
  what: string,
): { actual: Outcome; expected: Value } {
  if (reference?.status !== 'ok')
    throw new Error(`the reference has no value for ${what}: ${reference?.message ?? 'not asked'}`);
  if (outcome === undefined) throw new Error(`nothing was recorded for ${what}`);
  return { actual: outcome, expected: reference.value };
}

export function asArray(value: Value): NdArray {
  if (value instanceof NdArray) return value;
  if (typeof value === 'number') return NdArray.of([value], []);
  throw new Error('the reference did not return a tensor or a number');
}

/** A result as an array of this shape, for checks that compute with it; undefined where it is something else. */
export function asArrayOf(value: Value, shape: readonly number[]): NdArray | undefined {
  const coerced = coerce(value, shape);
  return coerced.ok ? coerced.array : undefined;
}

/** Judges one array against the expected one. */
export function judgeArray(
  fn: string,
  title: string,
  name: string,
  value: Value,
  expected: NdArray,
  bound: Bound,
): CaseResult {
  const { shape } = expected;
  const coerced = coerce(value, shape, name);
  if (!coerced.ok) {
    return {
      title,
      status: 'wrong-answer',
      statement: `${fn} on ${title}: ${coerced.problem}`,
      figure: 'shape',
      mistake: { id: 'wrong-shape', message: 'The result does not have the shape that the contract states.' },
    };
  }
  const { array, remark } = coerced;
  const target = new NdArray(shape, Float64Array.from(expected.data));
  const tolerance = toleranceFor(array, bound);
  const comparison = compareArrays(array, target, tolerance);
  const figure = `error ${formatNumber(Number(comparison.maxError.toPrecision(2)))}`;
  if (comparison.ok) return { title, status: 'accepted', statement: '', ratio: comparison.ratio, figure, remark };
  const relation = diagnose(array, target);
  return {
    title,
    status: 'wrong-answer',
    statement: statement(fn, title, name, comparison, relation),
    ...mistakeOf(name, relation, array, target),
    ratio: comparison.ratio,
    figure: comparison.nonFinite.length > 0 ? 'not finite' : figure,
    evidence: evidence(array, target, comparison, tolerance),
    remark,
  };
}

function mistakeOf(
  name: string,
  relation: string | undefined,
  actual: NdArray,
  expected: NdArray,
): Pick<CaseResult, 'mistake'> {
  if (relation !== undefined) return { mistake: { id: 'relation', message: `${name} is ${relation}.` } };
  return isNearlyRight(actual, expected) ? { mistake: { id: 'nearly-right', ...NEARLY_RIGHT } } : {};
}

const NEARLY_RIGHT = {
  message: 'The first five digits or more are right, but not all that doubles give.',
  partly:
    'On some inputs the first five digits or more are right, but not all that doubles give; on others it is further off.',
  hint: 'A small constant (such as 1e-8) that is added, or that something is clipped to, does that; so do a sum or an iteration that stops early, and a constant with few digits.',
};

/** The formula is right, then, and something on the way is not exact. */
function isNearlyRight(actual: NdArray, expected: NdArray): boolean {
  return actual.data.every((value, i) => Math.abs(value - expected.data[i]!) <= 1e-5 * Math.abs(expected.data[i]!));
}

/** The bound in force: that of doubles, or of float32 where the program's own numbers are float32. */
export function toleranceFor(array: NdArray, bound: Bound): { rtol: number; atol: number; scale: 'entry' | 'max' } {
  const condition = bound.condition ?? 1;
  const double = Math.max(bound.rtol, condition * 2 ** -53 * FLOAT32_UNITS);
  if (!isFloat32Quantised(array.data)) return { rtol: double, atol: bound.atol, scale: bound.scale };
  const single = Math.max(double, condition * 2 ** -24 * FLOAT32_UNITS);
  return { rtol: single, atol: Math.max(bound.atol, 2 ** -24), scale: bound.scale };
}

function statement(fn: string, title: string, name: string, found: Comparison, relation: string | undefined): string {
  const odd = found.nonFinite[0];
  const of = name === 'The result' ? '' : ` (${name})`;
  if (odd !== undefined) {
    const count = found.nonFinite.length > 1 ? ` (${found.nonFinite.length} such entries)` : '';
    return `${fn} on ${title}${of} gives ${odd.actual}${formatIndex(odd.index)}${count}, expected ${formatNumber(odd.expected)}.`;
  }
  const worst = found.worst!;
  const got = formatNumber(worst.actual, worst.expected);
  const wanted = formatNumber(worst.expected, worst.actual);
  const hint = relation === undefined ? '' : ` The result is ${relation}.`;
  return `${fn} on ${title}${of} gives ${got}${formatIndex(worst.index)}, expected ${wanted}.${hint}`;
}

const MATRIX_SIDE = 8;

function evidence(
  actual: NdArray,
  expected: NdArray,
  found: Comparison,
  tolerance: { rtol: number; atol: number },
): Evidence[] {
  const list: Evidence[] = [];
  const [rows = 1, columns = 1] = expected.shape;
  if (expected.shape.length === 2 && rows <= MATRIX_SIDE && columns <= MATRIX_SIDE) {
    const [r, c] = found.worst!.index as [number, number];
    const table = (array: NdArray): number[][] =>
      Array.from({ length: rows }, (_, i) => Array.from(array.data.slice(i * columns, (i + 1) * columns)));
    list.push({ kind: 'matrix', title: 'Expected', rows: table(expected), highlight: [r, c] });
    list.push({ kind: 'matrix', title: 'Got', rows: table(actual), highlight: [r, c] });
  } else {
    list.push(worstEntries(actual, expected));
  }
  list.push({
    kind: 'text',
    title: 'Bound',
    text: `Allowed: relative error ${tolerance.rtol.toExponential(1)}, absolute ${tolerance.atol.toExponential(1)}. The greatest error is ${found.maxError.toPrecision(3)}.`,
  });
  return list;
}

const SHOWN_ENTRIES = 6;

function worstEntries(actual: NdArray, expected: NdArray): Evidence {
  const order = Array.from(expected.data, (e, i) => {
    const a = actual.data[i]!;
    const same = a === e || Object.is(a, e);
    const error = same ? 0 : Math.abs(a - e);
    return { i, error: Number.isFinite(error) ? error : Number.POSITIVE_INFINITY };
  });
  order.sort((a, b) => (a.error === b.error ? a.i - b.i : b.error - a.error));
  const rows = order.slice(0, SHOWN_ENTRIES).map(({ i, error }) => {
    const [e, a] = [expected.data[i]!, actual.data[i]!];
    return [`[${indexOf(i, expected.shape).join(', ')}]`, formatNumber(e, a), formatNumber(a, e), error.toPrecision(3)];
  });
  return { kind: 'table', title: 'Worst entries', columns: ['entry', 'expected', 'got', 'error'], rows };
}
