import type { Arg, Call, Path } from '../model/call.ts';
import type { Ask, Case, CaseOutcomes, Check } from '../model/exercise.ts';
import type { Failure, Outcome } from '../model/observation.ts';
import { NdArray, sizeOf, type Value } from '../model/value.ts';
import { indexOf, isFloat32Quantised } from '../numerics/compare.ts';
import { extrapolate, oneSidedSlopes, roundOff, type Sample, slopesAtKink, stepSizes } from '../numerics/derivative.ts';
import { add, dot } from '../numerics/linalg.ts';
import { derive, type Random } from '../numerics/random.ts';
import { type CaseResult, combine, failedCall } from './case-result.ts';
import { coerce, select } from './coerce.ts';
import { formatIndex, formatNumber } from './format.ts';
import { asArray, type Bound, DOUBLE, judgeArray } from './values.ts';

/** A function at a point, with the gradient that is to be judged there. */
export interface GradientCase {
  id: string;
  /** Reads well after "on". */
  title: string;
  /** The point: the arrays that the gradient is taken with respect to. */
  point: { name: string; value: NdArray }[];
  /** The call of the forward function at a point near this one. */
  forward(point: NdArray[]): Call;
  /** Cotangent of the forward result; absent for a scalar. */
  cotangent?: NdArray;
  /**
   * Where the analytic gradient comes from: reverse mode through the forward function, with respect to the arguments
   * at these paths (one an array of the point); or a function of the student's own, its result's parts at `parts`.
   */
  analytic: { wrt: Path[] } | { call: Call; parts: (string | number)[][] };
  /** The change of the point over which the forward function changes notably. Default 1. */
  scale?: number;
  bound?: Partial<Bound>;
}

export interface GradientOptions {
  seed: number;
  /** Ids of the two checks. */
  own: { id: string; title: string };
  reference: { id: string; title: string };
  /** The function whose gradient is judged, for messages. */
  function: string;
  cases: GradientCase[];
  bound?: Bound;
}

/** Along a random direction a wrong gradient is off with probability one; the second guards against a near miss. */
const DIRECTIONS = 2;
/** Beyond this size the coordinates are not tried one by one. */
const MAX_COORDINATES = 32;
/**
 * A gradient agrees with central differences when they differ by no more than ten times the differences' own error
 * estimate plus 1e-7 of the gradient's size: the estimate is honest, but an estimate; 1e-7 is far below the effect of
 * any mistake and far above rounding.
 */
const ERROR_FACTOR = 10;
const OWN_RTOL = 1e-7;
/**
 * Central differences with a greater error than this, relative to the gradient, decide nothing. Numbers stored as
 * float32 cause some 1e-5; a function that jumps or forgets its arguments causes 1 and more.
 */
const TOO_NOISY = 1e-3;
/** A slope below this share of the function's own size is as good as none: noise is then measured against the size. */
const NEGLIGIBLE_SLOPE = 0.1;

/**
 * Two verdicts from one set of calls: the gradient against central differences of the student's own forward function,
 * and against the reference's gradient. A gradient can be right for a wrong forward, and one should know which.
 */
export function gradientChecks(options: GradientOptions): [own: Check, reference: Check] {
  // Drawn when first needed: listing checks needs none, judging a class needs them once.
  const drawn = new Map<GradientCase, NdArray[][]>();
  const directions = (item: GradientCase): NdArray[][] => {
    const known = drawn.get(item) ?? directionsOf(options, item);
    drawn.set(item, known);
    return known;
  };
  const cases: Case[] = options.cases.map((item) => ({
    id: `${options.own.id}/${item.id}`,
    title: item.title,
    plan: (ask) => plan(item, directions(item), ask),
  }));
  const own: Check = {
    id: options.own.id,
    kind: 'gradient',
    title: options.own.title,
    function: options.function,
    parameters: { rtol: OWN_RTOL },
    cases,
    telling: ['gradient'],
    judge({ submission, overrides }) {
      const results = options.cases.map((item, i) =>
        judgeOwn(options.function, item, directions(item), submission[cases[i]!.id]!, overrides.rtol ?? OWN_RTOL),
      );
      return combine(
        results,
        'The gradient agrees with central differences of your own forward function on every input.',
      );
    },
  };
  const base = options.bound ?? DOUBLE;
  const reference: Check = {
    id: options.reference.id,
    kind: 'gradient',
    title: options.reference.title,
    function: options.function,
    parameters: { rtol: base.rtol, atol: base.atol },
    cases,
    telling: ['gradient'],
    judge({ submission, reference: truth, overrides }) {
      const results = options.cases.map((item, i) => {
        const bound = { ...base, ...overrides, ...item.bound } as Bound;
        return judgeReference(options.function, item, submission[cases[i]!.id]!, truth[cases[i]!.id]!, bound);
      });
      return combine(results, "The gradient agrees with the reference's on every input.");
    },
  };
  return [own, reference];
}

/** Random directions of unit length over all arrays of the point together. Drawn from the seed, hence repeatable. */
function directionsOf(options: GradientOptions, item: GradientCase): NdArray[][] {
  const random = derive(options.seed, `${options.own.id}/${item.id}/directions`);
  return Array.from({ length: DIRECTIONS }, () => unitDirection(random, item.point));
}

function unitDirection(random: Random, point: GradientCase['point']): NdArray[] {
  const parts = point.map(({ value }) => random.normals(value.shape));
  const norm = Math.sqrt(parts.reduce((sum, part) => sum + dot(part, part), 0));
  return parts.map(
    (part) =>
      new NdArray(
        part.shape,
        part.data.map((x) => x / norm),
      ),
  );
}

async function plan(item: GradientCase, directions: NdArray[][], ask: Ask): Promise<void> {
  const point = item.point.map(({ value }) => value);
  const value = await ask('value', item.forward(point));
  const gradient = await ask('gradient', analyticCall(item, point));
  if (value.status !== 'ok' || gradient.status !== 'ok') return;
  const outcomes: CaseOutcomes = { value, gradient };
  // Asked for all at once: they do not depend on each other, and the worker need not wait between them.
  await Promise.all(directions.map((direction, d) => probe(item, `d${d}`, direction, ask, outcomes)));
  // The coordinates are only asked for where a direction failed: then the message can name the worst one.
  const result = judgeOwn('', item, directions, outcomes, OWN_RTOL);
  if (result.status !== 'wrong-answer' || totalSize(item) > MAX_COORDINATES) return;
  await Promise.all(coordinates(item).map((direction, c) => probe(item, `c${c}`, direction, ask, outcomes)));
}

function analyticCall(item: GradientCase, point: NdArray[]): Call {
  if ('call' in item.analytic) return item.analytic.call;
  return {
    ...item.forward(point),
    gradient: { wrt: item.analytic.wrt, ...(item.cotangent === undefined ? {} : { cotangent: item.cotangent }) },
  };
}

/** Asks for the forward values on both sides along a direction, at every step size. */
async function probe(
  item: GradientCase,
  id: string,
  direction: NdArray[],
  ask: Ask,
  into: CaseOutcomes,
): Promise<void> {
  const calls = stepSizes(item.scale ?? 1).flatMap((h, k) =>
    (
      [
        ['plus', h],
        ['minus', -h],
      ] as const
    ).map(async ([name, by]) => {
      const shifted = item.point.map(({ value }, i) => add(value, direction[i]!, by));
      const call = `${id}.${k}.${name}`;
      into[call] = await ask(call, item.forward(shifted));
    }),
  );
  await Promise.all(calls);
}

function coordinates(item: GradientCase): NdArray[][] {
  return item.point.flatMap(({ value }, which) =>
    Array.from(value.data, (_, entry) =>
      item.point.map((part, i) => {
        const unit = NdArray.zeros(part.value.shape);
        if (i === which) unit.data[entry] = 1;
        return unit;
      }),
    ),
  );
}

function totalSize(item: GradientCase): number {
  return item.point.reduce((sum, { value }) => sum + value.data.length, 0);
}

/** The gradient's parts as arrays of the point's shapes, or what is wrong with them. */
function gradientParts(fn: string, item: GradientCase, gradient: Outcome): NdArray[] | CaseResult {
  if (gradient.status !== 'ok') return failedCall(item.title, fn, gradient);
  const parts: NdArray[] = [];
  for (const [i, { name, value }] of item.point.entries()) {
    const path = 'call' in item.analytic ? item.analytic.parts[i]! : [i];
    const coerced = coerce(select(gradient.value, path), value.shape, `The gradient with respect to ${name}`);
    if (!coerced.ok) {
      return {
        title: item.title,
        status: 'wrong-answer',
        statement: `${fn} on ${item.title}: ${coerced.problem}`,
        figure: 'shape',
      };
    }
    parts.push(coerced.array);
  }
  return parts;
}

function judgeOwn(
  fn: string,
  item: GradientCase,
  directions: NdArray[][],
  outcomes: CaseOutcomes,
  rtol: number,
): CaseResult {
  const { title } = item;
  if (outcomes.value!.status !== 'ok') return failedCall(title, fn, outcomes.value!);
  const gradient = gradientParts(fn, item, outcomes.gradient!);
  if (!Array.isArray(gradient)) return gradient;
  if (gradient.some((part) => !part.data.every(Number.isFinite))) {
    return {
      title,
      status: 'wrong-answer',
      statement: `${fn} on ${title}: the gradient is not finite.`,
      figure: 'not finite',
    };
  }
  const size = Math.sqrt(gradient.reduce((sum, part) => sum + dot(part, part), 0));
  let worst = { ratio: 0, analytic: 0, numeric: 0, error: 0 };
  let uncertainty = 0;
  let magnitude = 0;
  for (const [d, direction] of directions.entries()) {
    const found = compareAlong(item, `d${d}`, direction, gradient, size, outcomes, rtol);
    if ('status' in found) return { ...failedCall(title, fn, found), title };
    if (!(found.ratio <= worst.ratio)) worst = found;
    if (!(found.error <= uncertainty)) uncertainty = found.error;
    magnitude = Math.max(magnitude, found.magnitude);
  }
  const figure = `difference ${Math.abs(worst.analytic - worst.numeric).toPrecision(2)}, uncertainty ${uncertainty.toPrecision(2)}`;
  // First, because a bound as wide as the noise would accept any gradient.
  const scale = Math.max(size, Math.abs(worst.numeric), NEGLIGIBLE_SLOPE * magnitude);
  if (!(uncertainty <= TOO_NOISY * scale)) {
    return {
      title,
      status: 'wrong-answer',
      statement: `${fn} on ${title}: your own forward function is not smooth here, or gives different results for the same input, so its slope cannot be measured.`,
      figure: `uncertainty ${uncertainty.toPrecision(2)}`,
      mistake: { id: 'not-smooth', message: 'The forward function is not smooth, or not the same for the same input.' },
    };
  }
  if (worst.ratio <= 1) return { title, status: 'accepted', statement: '', ratio: worst.ratio, figure };
  const coordinate = worstCoordinate(item, gradient, outcomes);
  const got = formatNumber(worst.analytic, worst.numeric);
  const wanted = formatNumber(worst.numeric, worst.analytic);
  return {
    title,
    status: 'wrong-answer',
    statement:
      coordinate?.statement(fn) ??
      `${fn} on ${title}: along a random direction your gradient gives the slope ${got}, but your own forward function has the slope ${wanted} there.`,
    ratio: worst.ratio,
    figure,
    evidence: [
      {
        kind: 'table',
        title: 'Slope of your own forward function',
        columns: ['direction', 'by your gradient', 'by central differences', 'their uncertainty'],
        rows: [
          ...directions.map((direction, d) => {
            const found = compareAlong(item, `d${d}`, direction, gradient, size, outcomes, rtol);
            if ('status' in found) return [`random ${d + 1}`, null, null, null];
            return [
              `random ${d + 1}`,
              formatNumber(found.analytic, found.numeric),
              formatNumber(found.numeric, found.analytic),
              found.error.toPrecision(2),
            ];
          }),
          ...(coordinate === undefined ? [] : [coordinate.row]),
        ],
      },
    ],
  };
}

interface Slope {
  /** Difference in units of its bound. */
  ratio: number;
  analytic: number;
  numeric: number;
  /** Of `numeric`. */
  error: number;
  /** Of the forward values. */
  magnitude: number;
}

/** The slope along one direction, by the gradient and by the stored forward values. */
function compareAlong(
  item: GradientCase,
  id: string,
  direction: NdArray[],
  gradient: NdArray[],
  size: number,
  outcomes: CaseOutcomes,
  rtol: number,
): Slope | Failure {
  const analytic = gradient.reduce((sum, part, i) => sum + dot(part, direction[i]!), 0);
  const samples: Sample[] = [];
  let quantised = true;
  let magnitude = 0;
  for (const [k, h] of stepSizes(item.scale ?? 1).entries()) {
    const sides: number[] = [];
    for (const name of ['plus', 'minus']) {
      const outcome = outcomes[`${id}.${k}.${name}`];
      if (outcome === undefined) throw new Error(`the forward value ${id}.${k}.${name} was not recorded`);
      if (outcome.status !== 'ok') return outcome;
      const value = weigh(outcome.value, item.cotangent);
      quantised &&= value.quantised;
      magnitude = Math.max(magnitude, value.magnitude);
      sides.push(value.sum);
    }
    samples.push({ h, plus: sides[0]!, minus: sides[1]! });
  }
  const noise = roundOff(magnitude, quantised);
  const { value, error } = extrapolate(samples, noise);
  const centre = outcomes.value?.status === 'ok' ? weigh(outcomes.value.value, item.cotangent).sum : Number.NaN;
  // A gradient that has the slope of one side of a kink, or one between, is as right as one can be there.
  const kink = slopesAtKink(samples, centre, noise);
  if (kink !== undefined && analytic >= kink[0] && analytic <= kink[1]) {
    return { ratio: 0, analytic, numeric: value, error: 0, magnitude };
  }
  // Nor can a kink between the steps of one side be held against it where the other side agrees.
  const scale = Math.max(size, Math.abs(value));
  if (error > TOO_NOISY * scale) {
    const sides = oneSidedSlopes(samples, centre, noise);
    const side = sides.find(
      (found) => found.error <= 1e-2 * TOO_NOISY * scale && Math.abs(found.slope - analytic) <= found.error,
    );
    // Where the function jumps, the other side's slope has no bound.
    if (side !== undefined && sides.every(({ slope }) => Math.abs(slope - side.slope) <= 2 * scale))
      return { ratio: 0, analytic, numeric: side.slope, error: side.error, magnitude };
  }
  // Relative to the whole gradient, because one direction may happen to be nearly orthogonal to it.
  const single = quantised || gradient.every((part) => isFloat32Quantised(part.data));
  const bound = ERROR_FACTOR * error + Math.max(rtol, single ? 1e-5 : 0) * scale;
  const difference = Math.abs(analytic - value);
  // 0/0 is NaN, and a NaN must not pass.
  const ratio = difference === 0 ? 0 : Number.isFinite(bound) ? difference / bound : Number.POSITIVE_INFINITY;
  return { ratio, analytic, numeric: value, error, magnitude };
}

/** ⟨cotangent, value⟩, with the sum of magnitudes that its round-off follows. */
function weigh(value: Value, cotangent: NdArray | undefined): { sum: number; magnitude: number; quantised: boolean } {
  const size = cotangent === undefined ? 1 : sizeOf(cotangent.shape);
  // The shape is judged elsewhere; here any array of the right size has a slope.
  const shape = value instanceof NdArray && value.data.length === size ? value.shape : (cotangent?.shape ?? []);
  const coerced = coerce(value, shape);
  if (!coerced.ok) return { sum: Number.NaN, magnitude: Number.NaN, quantised: false };
  const { data } = coerced.array;
  let sum = 0;
  let magnitude = 0;
  for (let i = 0; i < data.length; i++) {
    const term = data[i]! * (cotangent?.data[i] ?? 1);
    sum += term;
    magnitude += Math.abs(term);
  }
  const quantised = data.length === 1 ? Math.fround(data[0]!) === data[0]! : isFloat32Quantised(data);
  return { sum, magnitude, quantised };
}

/** The coordinate in which the gradient is furthest from central differences, where they were asked for. */
function worstCoordinate(item: GradientCase, gradient: NdArray[], outcomes: CaseOutcomes) {
  if (outcomes['c0.0.plus'] === undefined) return undefined;
  let worst: { name: string; index: number[]; analytic: number; numeric: number; error: number } | undefined;
  const directions = coordinates(item);
  let c = 0;
  for (const { name, value } of item.point) {
    for (let entry = 0; entry < value.data.length; entry++, c++) {
      const found = compareAlong(item, `c${c}`, directions[c]!, gradient, 1, outcomes, OWN_RTOL);
      if ('status' in found) continue;
      const gap = Math.abs(found.analytic - found.numeric);
      if (worst === undefined || gap > Math.abs(worst.analytic - worst.numeric)) {
        worst = { name, index: indexOf(entry, value.shape), ...found };
      }
    }
  }
  if (worst === undefined) return undefined;
  const { name, index, analytic, numeric, error } = worst;
  const got = formatNumber(analytic, numeric);
  const wanted = formatNumber(numeric, analytic);
  const place = `∂/∂${name}[${index.join(', ')}]`;
  return {
    statement: (fn: string) =>
      `${fn} on ${item.title}: your gradient has ${got}${formatIndex(index)} of ${name}, but your own forward function has the slope ${wanted} there.`,
    row: [place, got, wanted, error.toPrecision(2)],
  };
}

function judgeReference(
  fn: string,
  item: GradientCase,
  outcomes: CaseOutcomes,
  truth: CaseOutcomes,
  bound: Bound,
): CaseResult {
  const { title } = item;
  const reference = truth.gradient;
  if (reference?.status !== 'ok') throw new Error(`the reference has no gradient for ${fn} on ${title}`);
  const gradient = outcomes.gradient ?? outcomes.value!;
  if (gradient.status !== 'ok') return failedCall(title, fn, gradient);
  let best: CaseResult = { title, status: 'accepted', statement: '', ratio: 0 };
  for (const [i, { name }] of item.point.entries()) {
    const path = 'call' in item.analytic ? item.analytic.parts[i]! : [i];
    const expected = asArray(select(reference.value, path));
    const label = `the gradient with respect to ${name}`;
    const result = judgeArray(fn, title, label, select(gradient.value, path), expected, bound);
    if (result.status !== 'accepted') return result;
    if ((result.ratio ?? 0) >= (best.ratio ?? 0)) best = result;
  }
  return best;
}

/** Arguments with the arrays of a point put in at paths. */
export function withPoint(args: Arg[], paths: Path[], point: NdArray[]): Arg[] {
  return paths.reduce<Arg[]>((result, path, i) => replaceAt(result, path, point[i]!) as Arg[], args);
}

function replaceAt(value: Arg, path: Path, by: NdArray): Arg {
  const [key, ...rest] = path;
  if (key === undefined) return by;
  if (Array.isArray(value)) return value.map((item, i) => (i === Number(key) ? replaceAt(item, rest, by) : item));
  const record = value as { [key: string]: Arg };
  return { ...record, [key]: replaceAt(record[key]!, rest, by) };
}
