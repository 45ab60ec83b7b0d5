import type { Call } from '../model/call.ts';
import type { Ask, Case, Check } from '../model/exercise.ts';
import type { Failure, Outcome, Success } from '../model/observation.ts';
import { isRecord, NdArray, type Value } from '../model/value.ts';
import type { Cell, Evidence, Verdict } from '../model/verdict.ts';
import { montage, toPng } from '../numerics/images.ts';
import { inAttempts, lastAttempt } from './attempts.ts';
import { type CaseResult, combine, failedCall } from './case-result.ts';
import { formatNumber } from './format.ts';

/** One number that says how well something was learned, measured on data that the program did not see. */
export interface Figure {
  /** As a row of a table: "mean corner error". */
  name: string;
  value: number;
  /** Follows the value: "px"; absent for a ratio. */
  unit?: string;
  better: 'lower' | 'higher';
  /** What a right program reaches for sure. Absent: the figure is shown and decides nothing. */
  bar?: number;
  /** Better than this is worth a word of praise, and no points. `name` reads well after "better than". */
  distinctions?: { name: string; at: number }[];
}

/** What a judge of learning found. */
export interface Learned {
  figures: Figure[];
  /** The program's own loss by iteration, and the reference's, drawn as one chart. */
  losses?: { program: readonly number[]; reference?: readonly number[]; x?: string; y?: string };
  /** Strips of pictures, each row drawn as a strip under its label. All pictures of one shape. */
  strips?: { title: string; note?: string; rows: { label: string; pictures: NdArray[] }[]; scale: number };
  /** Anything else worth showing. */
  evidence?: Evidence[];
  /** A sentence that is said beside the first figure that misses its bar: "H maps the wrong way". */
  statement?: string;
  /** What was done wrong, where the result itself shows it: a direct relation, such as "the inverse of H is right". */
  mistake?: { id: string; message: string; hint?: string };
}

export interface TrainingCase {
  id: string;
  /** Reads well after "on": "a pair with inverted contrast". */
  title: string;
  /**
   * Calls made one after the other, each of which may use the results of those before; the first one trains. A result with
   * functions in it is kept (`keep: 'trained', send: false`) and they are called by `fn: new HandleArg('trained', ['generate'])`.
   */
  calls: { id: string; call: Call | ((before: Record<string, Success>, attempt: number) => Call) }[];
  /**
   * Whether the results may be a right program's bad luck: then all calls are made once more (with `attempt` counting from 0, so that
   * they can draw other random numbers), and the last training that ended is judged. False where they are good, or too bad for that. Pure.
   */
  again?(results: Record<string, Success>): boolean;
  /**
   * The figures from both programs' results by call id, or in words why there are none (a wrong shape, a loss that is NaN).
   * `bounds`: the check's parameters, with what the rubric sets in their place. Pure.
   */
  judge(
    results: Record<string, Success>,
    reference: Record<string, Success>,
    bounds: Record<string, number>,
  ): Learned | string;
}

export interface TrainingOptions {
  id: string;
  title: string;
  function: string;
  cases: TrainingCase[];
  /** Where the bars come from: the measured distributions of right and wrong programs. Shown beside the figures. */
  reason: string;
  praise: string;
  /** Bars that a rubric may change, by name: handed to `judge` as `bounds`. */
  parameters?: Record<string, number>;
  /** Longest time of a training call, as a multiple of the reference's time for the same call on the same machine. */
  timeFactor?: number;
}

/**
 * Right programs on plain arrays were measured at up to four times the reference's time on wasm; three times that leaves room,
 * and keeps a class with programs that never end gradable.
 */
const TIME_FACTOR = 12;

/**
 * Programs that learn, at the budget of the contract, on the fastest backend. Judged by figures on data that was held out,
 * against bars from measured distributions. Each call has a deadline in multiples of the reference's own time (observe adds
 * the floor and leaves out the time for which a busy machine kept the process waiting), so that too slow is
 * `time-limit-exceeded` and never depends on seconds alone.
 *
 * Known mistakes are too dear to train (`telling` is empty): a mistake is named by what `judge` says of the result.
 */
export function trainingCheck(options: TrainingOptions): Check {
  const { timeFactor = TIME_FACTOR } = options;
  const cases = options.cases.map(
    (item): Case => ({
      id: `${options.id}/${item.id}`,
      title: item.title,
      worker: { precision: 'fast' },
      plan: (ask) => plan(item, timeFactor, ask),
    }),
  );
  return {
    id: options.id,
    kind: 'training',
    title: options.title,
    function: options.function,
    ...(options.parameters === undefined ? {} : { parameters: options.parameters }),
    cases,
    telling: [],
    judge({ submission, reference, overrides }) {
      const bounds = { ...options.parameters, ...overrides };
      const judged = options.cases.map((item, i) => {
        const id = cases[i]!.id;
        return judgeCase(options, timeFactor, item, submission[id] ?? {}, reference[id] ?? {}, bounds);
      });
      return verdictOf(options, judged);
    },
  };
}

async function plan(item: TrainingCase, timeFactor: number, ask: Ask): Promise<void> {
  await inAttempts(ask, MOST_ATTEMPTS, async (asking, attempt) => {
    const before: Record<string, Success> = {};
    for (const { id, call } of item.calls) {
      const made = typeof call === 'function' ? call(before, attempt) : call;
      const outcome = await asking(id, { deadlineFactor: timeFactor, timed: true, ...made });
      if (outcome.status !== 'ok') return false;
      before[id] = outcome;
    }
    return item.again?.(before) ?? false;
  });
}

const MOST_ATTEMPTS = 3;

interface JudgedCase {
  result: CaseResult;
  rows: Cell[][];
  /** Distinctions that were reached. */
  distinctions: string[];
}

function judgeCase(
  options: TrainingOptions,
  timeFactor: number,
  item: TrainingCase,
  recorded: Record<string, Outcome>,
  truth: Record<string, Outcome>,
  bounds: Record<string, number>,
): JudgedCase {
  const { title } = item;
  const train = item.calls[0]!.id;
  const { outcomes, attempts } = lastAttempt(recorded, train);
  const reference = allOk(lastAttempt(truth, train).outcomes);
  if (reference === undefined || item.calls.some(({ id }) => reference[id] === undefined))
    throw new Error(`the reference did not finish on ${title}`);
  const failed = item.calls.flatMap(({ id }) => {
    const outcome = outcomes[id];
    return outcome === undefined || outcome.status === 'ok' ? [] : [{ id, failure: outcome }];
  })[0];
  if (failed !== undefined) {
    const result = failedTraining(options.function, title, timeFactor, failed.failure, reference[failed.id]!);
    return { result, rows: [], distinctions: [] };
  }
  const results = allOk(outcomes)!;
  if (item.calls.some(({ id }) => results[id] === undefined)) throw new Error(`nothing was recorded for ${title}`);
  const learned = item.judge(results, reference, bounds);
  const time = timeRow(item, timeFactor, results, reference);
  if (typeof learned === 'string') {
    const statement = `${options.function} on ${title}: ${learned}`;
    const result: CaseResult = { title, status: 'wrong-answer', statement, figure: 'no figures' };
    return { result, rows: [[title, ...time]], distinctions: [] };
  }
  if (attempts <= 1) return judgeLearned(options, item, learned, time);
  const note: Evidence = {
    kind: 'text',
    title: `Trained ${attempts} times on ${title}`,
    text: 'What was learned came near the bar without reaching it, which may happen to a right program by chance. So it was trained again with other random numbers; the last training is shown and judged.',
  };
  return judgeLearned(options, item, { ...learned, evidence: [...(learned.evidence ?? []), note] }, time);
}

function judgeLearned(
  options: TrainingOptions,
  { id, title }: TrainingCase,
  learned: Learned,
  time: Cell[],
): JudgedCase {
  const { figures, mistake } = learned;
  const missed = figures.filter((figure) => !reaches(figure, figure.bar));
  const rows = [...figures.map((figure) => figureRow(figure)), time].map((row) => [title, ...row]);
  const strips = learned.strips === undefined ? undefined : drawStrips(`${options.id}-${id}`, learned.strips);
  const evidence: Evidence[] = [
    ...(learned.losses === undefined ? [] : [lossCurve(title, learned.losses)]),
    ...(strips === undefined ? [] : [strips.evidence]),
    ...(learned.evidence ?? []),
  ];
  const shown = { evidence, ...(strips === undefined ? {} : { files: strips.files }) };
  const leading = missed[0] ?? figures[0];
  const figure = leading === undefined ? '' : `${leading.name} ${withUnit(leading.value, leading)}`;
  if (missed.length === 0) {
    const distinctions = figures.flatMap((one) =>
      (one.distinctions ?? []).filter(({ at }) => beats(one, at)).map(({ name }) => name),
    );
    return { result: { title, status: 'accepted', statement: '', figure, ...shown }, rows, distinctions };
  }
  const [first] = missed as [Figure];
  const more = learned.statement === undefined ? '' : ` ${learned.statement}`;
  const result: CaseResult = {
    title,
    status: 'wrong-answer',
    statement: `${options.function} on ${title}: ${missing(first)}.${more}`,
    figure,
    ...shown,
    ...(mistake === undefined ? {} : { mistake }),
  };
  return { result, rows, distinctions: [] };
}

/** Whether a figure is no worse than its bar; NaN is worse than anything. */
function reaches({ value, better }: Figure, bar: number | undefined): boolean {
  if (bar === undefined) return true;
  return better === 'lower' ? value <= bar : value >= bar;
}

function beats({ value, better }: Figure, at: number): boolean {
  return better === 'lower' ? value < at : value > at;
}

function missing(figure: Figure): string {
  const { name, value, better, bar } = figure;
  if (!Number.isFinite(value)) return `the ${name} is not a finite number`;
  const limit = better === 'lower' ? 'at most' : 'at least';
  return `the ${name} is ${withUnit(value, figure)}, and it should be ${limit} ${withUnit(bar!, figure)}`;
}

function withUnit(value: number, { unit }: Figure): string {
  return `${formatNumber(Number(value.toPrecision(3)))}${unit === undefined ? '' : ` ${unit}`}`;
}

function figureRow(figure: Figure): Cell[] {
  const { name, value, better, bar, distinctions = [] } = figure;
  const sign = better === 'lower' ? '≤' : '≥';
  const wanted = bar === undefined ? '' : `${sign} ${withUnit(bar, figure)}`;
  const beaten = distinctions.map(
    ({ name, at }) => `${name} ${withUnit(at, figure)}${beats(figure, at) ? ' (beaten)' : ''}`,
  );
  return [name, withUnit(value, figure), wanted, beaten.join(', ')];
}

function timeRow(
  { calls }: TrainingCase,
  timeFactor: number,
  results: Record<string, Success>,
  reference: Record<string, Success>,
): Cell[] {
  const { id } = calls[0]!;
  const [ours, theirs] = [results[id]!.ms, reference[id]!.ms];
  const ratio = ours / Math.max(theirs, Number.EPSILON);
  return [
    'time',
    seconds(ours),
    `≤ about ${timeFactor} × the reference`,
    `${ratio.toFixed(1)} × the reference's ${seconds(theirs)}`,
  ];
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function failedTraining(
  fn: string,
  title: string,
  timeFactor: number,
  failure: Failure,
  reference: Success,
): CaseResult {
  const result = failedCall(title, fn, failure);
  if (failure.status !== 'time-limit-exceeded' || failure.ms === 0) return result;
  const statement = `${fn} on ${title} did not end in time: it was stopped after ${seconds(failure.ms)}, and the reference takes ${seconds(reference.ms)} on the same machine (about ${timeFactor} times as long is allowed). Is there a loop over single pixels or pictures that could be one tensor operation, or more work in an iteration than is needed?`;
  return { ...result, statement };
}

function allOk(outcomes: Record<string, Outcome>): Record<string, Success> | undefined {
  const entries = Object.entries(outcomes);
  return entries.every(([, outcome]) => outcome.status === 'ok')
    ? (Object.fromEntries(entries) as Record<string, Success>)
    : undefined;
}

function lossCurve(
  title: string,
  { program, reference, x = 'iteration', y = 'loss' }: NonNullable<Learned['losses']>,
): Evidence {
  const points = (losses: readonly number[]): [number, number][] => losses.map((loss, i) => [i + 1, loss]);
  return {
    kind: 'series',
    title: `Loss on ${title}`,
    x,
    y,
    series: [
      { name: 'your program', points: points(program) },
      ...(reference === undefined ? [] : [{ name: 'reference', points: points(reference) }]),
    ],
  };
}

function drawStrips(name: string, { title, note, rows, scale }: NonNullable<Learned['strips']>) {
  const files: Record<string, Uint8Array> = {};
  const shown = rows.map(({ label, pictures }, i) => {
    const strip = montage([pictures]);
    const file = `${name}-${i + 1}-${label.replace(/[^a-z0-9]+/gi, '-').toLowerCase()}.png`;
    files[file] = toPng(strip, { scale });
    const [height, width] = strip.shape as [number, number];
    return { label, file, width: width * scale, height: height * scale };
  });
  const evidence: Evidence = { kind: 'pictures', title, pictures: shown, ...(note === undefined ? {} : { note }) };
  return { files, evidence };
}

/** As `combine`, but with the figures and pictures of every case: what was learned is worth seeing in any case. */
function verdictOf(options: TrainingOptions, judged: JudgedCase[]): Verdict {
  const results = judged.map(({ result }) => result);
  // A distinction is one when every case has it.
  const reached = [...new Set(judged.flatMap(({ distinctions }) => distinctions))].filter((name) =>
    judged.every(({ distinctions }) => distinctions.includes(name)),
  );
  const distinction = reached.length === 0 ? '' : ` With distinction: better than ${reached.join(' and ')}.`;
  const verdict = combine(results, `${options.praise}${distinction}`);
  const rows = judged.flatMap((one) => one.rows);
  if (rows.length === 0) return verdict;
  const table: Evidence = {
    kind: 'table',
    title: 'What was learned',
    columns: ['input', 'figure', 'value', 'wanted', 'compared with'],
    rows,
    note: options.reason,
  };
  // Failures first: they are what is looked for.
  const ordered = [...results].sort((a, b) => Number(a.status === 'accepted') - Number(b.status === 'accepted'));
  const files = Object.assign({}, ...results.map((result) => result.files ?? {})) as Record<string, Uint8Array>;
  return {
    ...verdict,
    evidence: [table, ...ordered.flatMap((result) => result.evidence ?? [])],
    ...(Object.keys(files).length === 0 ? {} : { files }),
  };
}

/**
 * A list of losses as numbers, or what is wrong with it: not a list of numbers, not finite, too few. One-element tensors as
 * entries, and a tensor of rank 1, are accepted. `least`: how many there must be, and `why` ("one for each iteration").
 */
export function readLosses(value: Value, options: { name?: string; least: number; why: string }): number[] | string {
  const { name = 'losses', least, why } = options;
  const list = asNumbers(value);
  if (list === undefined) return `${name} should be a list of numbers, but it is ${describe(value)}.`;
  const odd = list.findIndex((loss) => !Number.isFinite(loss));
  if (odd >= 0) {
    return `${name}[${odd}] is ${list[odd]}: the training has diverged there. Is there a logarithm or a division of 0, an exponential that overflows, or too long a step?`;
  }
  if (list.length < least) return `${name} has ${list.length} entries, and ${least} are expected: ${why}.`;
  return list;
}

function asNumbers(value: Value): number[] | undefined {
  if (value instanceof NdArray) return value.shape.length === 1 ? Array.from(value.data) : undefined;
  if (!Array.isArray(value)) return undefined;
  const numbers = value.map((item) => (item instanceof NdArray && item.data.length === 1 ? item.data[0]! : item));
  return numbers.every((item) => typeof item === 'number') ? (numbers as number[]) : undefined;
}

function describe(value: Value): string {
  if (value === undefined) return 'missing';
  if (value instanceof NdArray) return `a tensor of shape [${value.shape.join(', ')}]`;
  if (Array.isArray(value)) return 'a list with other things in it';
  if (isRecord(value)) return 'an object';
  return value === null ? 'null' : `a ${typeof value}`;
}
