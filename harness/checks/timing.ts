import type { Call } from '../model/call.ts';
import type { Ask, Check } from '../model/exercise.ts';
import type { Failure, Outcome } from '../model/observation.ts';
import { NdArray, type Value } from '../model/value.ts';
import { maxAbs } from '../numerics/compare.ts';
import { type CaseResult, combine, failedCall } from './case-result.ts';

export interface TimingOptions {
  id: string;
  title: string;
  function: string;
  /** What is timed; both calls are made alternately in the same process. */
  measured: Call;
  /** What it is compared with: a program of the harness's own that runs beside the student's. */
  baseline: Call;
  /** What the baseline is, in words that follow "as long as". */
  baselineName: string;
  /** More are made where these cannot tell. */
  rounds: number;
  /** Greatest accepted ratio of the medians. */
  maxRatio: number;
  /** Why this ratio. */
  reason: string;
}

/** Ratios between `maxRatio` and this many times it decide nothing: load on the machine moves them by as much. */
const GREY = 1.5;

/**
 * A ratio of two durations in one process, never seconds alone. Durations are taken by the parent, from request to
 * reply less the empty round trip. Where the spread is too wide to tell, the check is inconclusive and costs nothing.
 */
export function timingCheck(options: TimingOptions): Check {
  const id = `${options.id}/rounds`;
  return {
    id: options.id,
    kind: 'timing',
    title: options.title,
    function: options.function,
    parameters: { maxRatio: options.maxRatio },
    cases: [{ id, title: 'alternating rounds', plan: (ask) => plan(options, ask) }],
    judge({ submission, reference, overrides }) {
      const outcomes = submission[id] ?? {};
      const measured = durations(outcomes, 'measured');
      const baseline = durations(outcomes, 'baseline');
      const failed = Object.values(outcomes).find((outcome): outcome is Failure => outcome.status !== 'ok');
      if (failed !== undefined) return combine([failedCall('alternating rounds', options.function, failed)], '');
      const skipped = workSkipped(options.function, outcomes, reference[id] ?? {});
      if (skipped !== undefined) return combine([skipped], '');
      return judgeRatio(options, overrides.maxRatio ?? options.maxRatio, measured, baseline);
    },
  };
}

/** Where the rounds cannot tell, as on a busy machine, as many are made again, up to so many times in all. */
const MOST_TURNS = 4;

async function plan(options: TimingOptions, ask: Ask): Promise<void> {
  const outcomes: Record<string, Outcome> = {};
  if ((await ask(ALONE, options.measured)).status !== 'ok') return;
  for (let round = 0; round < MOST_TURNS * options.rounds; round++) {
    // The first round warms both up and is not counted.
    for (const name of ['measured', 'baseline'] as const) {
      const id = `${name}.${round}`;
      const outcome = await ask(id, { ...varied(options[name], round), timed: true });
      if (outcome.status !== 'ok') return;
      outcomes[id] = outcome;
    }
    if ((round + 1) % options.rounds > 0) continue;
    const found = compare(durations(outcomes, 'measured'), durations(outcomes, 'baseline'), options.maxRatio);
    if (found.answer === 'within' || found.answer === 'beyond') return;
  }
}

/** The same call on inputs a little larger each round: a program that keeps results would else be timed as it looks them up. */
function varied(call: Call, round: number): Call {
  const factor = 1 + round * 2 ** -20;
  const args = call.args.map((arg) =>
    arg instanceof NdArray && (arg.dtype === 'float64' || arg.dtype === 'float32')
      ? new NdArray(
          arg.shape,
          arg.data.map((x) => x * factor),
          arg.dtype,
        )
      : arg,
  );
  return { ...call, args };
}

function durations(outcomes: Record<string, Outcome>, name: string): number[] {
  return Object.entries(outcomes)
    .filter(([id]) => id.startsWith(`${name}.`) && id !== `${name}.0`)
    .map(([, outcome]) => outcome.ms)
    .sort((a, b) => a - b);
}

/** The same call before anything is timed. */
const ALONE = 'alone';
/** Of the largest entry: far beyond rounding, far below what a round's input changes. */
const OTHER = 1e-8;

/**
 * A program that has the right result when it is asked once and another one while it is timed was not timed at its work.
 * One that is wrong at once loses nothing here: other checks say so.
 */
function workSkipped(
  name: string,
  outcomes: Record<string, Outcome>,
  reference: Record<string, Outcome>,
): CaseResult | undefined {
  if (!agrees(outcomes[ALONE], reference[ALONE])) return undefined;
  const other = Object.keys(outcomes).find(
    (id) => id.startsWith('measured.') && reference[id] !== undefined && !agrees(outcomes[id], reference[id]),
  );
  if (other === undefined) return undefined;
  const statement = `When ${name} is asked once, its result is right; asked again and again on inputs that differ a little, it gives another result than the reference (call ${Number(other.split('.')[1]) + 1}). Its duration says nothing then.`;
  return { title: 'alternating rounds', status: 'wrong-answer', statement, figure: 'other results' };
}

function agrees(outcome: Outcome | undefined, expected: Outcome | undefined): boolean {
  if (outcome?.status !== 'ok' || expected?.status !== 'ok') return false;
  const [mine, theirs] = [numbersOf(outcome.value), numbersOf(expected.value)];
  const bound = OTHER * maxAbs(theirs);
  return mine.length === theirs.length && mine.every((x, i) => Math.abs(x - theirs[i]!) <= bound);
}

function numbersOf(value: Value): number[] {
  if (typeof value === 'number') return [value];
  if (value instanceof NdArray) return [...value.data];
  return Array.isArray(value) ? value.flatMap(numbersOf) : [];
}

interface Ratio {
  /** Of the medians. */
  ratio: number;
  answer: 'not measured' | 'within' | 'beyond' | 'undecided';
}

/** Of durations in ascending order. */
function compare(measured: number[], baseline: number[], maxRatio: number): Ratio {
  const ratio = at(measured, 0.5) / at(baseline, 0.5);
  // The least favourable pairing for "too slow": its fast quarter against the baseline's slow quarter.
  const least = at(measured, 0.25) / at(baseline, 0.75);
  if (!Number.isFinite(ratio)) return { ratio, answer: 'not measured' };
  if (ratio <= maxRatio) return { ratio, answer: 'within' };
  return { ratio, answer: least <= GREY * maxRatio ? 'undecided' : 'beyond' };
}

function judgeRatio(options: TimingOptions, maxRatio: number, measured: number[], baseline: number[]) {
  const { ratio, answer } = compare(measured, baseline, maxRatio);
  const title = 'alternating rounds';
  if (answer === 'not measured') {
    const statement = `${options.function} could not be timed on this machine just now, so this costs nothing.`;
    return combine([{ title, status: 'inconclusive', statement, figure: 'not measured' }], '');
  }
  const figure = `${ratio.toFixed(2)}× (${at(measured, 0.5).toFixed(1)} ms against ${at(baseline, 0.5).toFixed(1)} ms)`;
  const said = `${options.function} takes ${ratio.toFixed(2)} times as long as ${options.baselineName}`;
  if (answer === 'within') return combine([{ title, status: 'accepted', statement: '', figure }], `${said}.`);
  if (answer === 'undecided') {
    const statement = `${said}; the measurements vary too much to say more, so this costs nothing.`;
    return combine([{ title, status: 'inconclusive', statement, figure }], '');
  }
  const rows = measured.map((ms, i) => [i + 1, ms.toFixed(2), (baseline[i] ?? Number.NaN).toFixed(2)]);
  return combine(
    [
      {
        title,
        status: 'wrong-answer',
        statement: `${said}; at most ${maxRatio} times is allowed.`,
        figure,
        evidence: [
          {
            kind: 'table',
            title: 'Durations in milliseconds, sorted',
            columns: ['', options.function, 'baseline'],
            rows,
          },
        ],
      },
    ],
    '',
  );
}

/** A quantile of sorted numbers, the nearest rank. */
function at(sorted: number[], quantile: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(quantile * sorted.length))] ?? Number.NaN;
}
