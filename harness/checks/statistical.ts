import type { Call } from '../model/call.ts';
import type { Ask, CaseOutcomes, Check } from '../model/exercise.ts';
import type { Value } from '../model/value.ts';
import type { Cell, Evidence } from '../model/verdict.ts';
import { derive, type Random } from '../numerics/random.ts';
import type { TestResult } from '../numerics/without-replacement.ts';
import { type CaseResult, combine, failedCall } from './case-result.ts';

/** Something that holds of the draws of every right program, whatever its route. */
export interface Hypothesis<Draw extends object> {
  /** Unique in its case. */
  id: string;
  /** Reads well after "it should hold that": "every row is drawn equally often". */
  claim: string;
  /** A p-value that is uniform, or larger, under the claim. */
  test(draws: readonly Draw[]): TestResult;
  /** What one sees in draws that failed: a sentence, and the mistake where they show it. */
  explain?(draws: readonly Draw[]): {
    statement?: string;
    mistake?: { id: string; message: string };
    evidence?: Evidence[];
  };
}

export interface StatisticalCase<Draw extends object> {
  id: string;
  /** Reads well after "on". */
  title: string;
  /** The calls of one round, a draw each. Seeds of random numbers come from `random`, another one in each round. */
  calls(random: Random): Call[];
  /** The draw that a call gave, or in words why it is none. */
  read(value: Value): Draw | string;
  hypotheses: Hypothesis<Draw>[];
  /** Its explanations hold only for a program that no other case refuses. */
  tellsAlone?: boolean;
}

export interface StatisticalOptions<Draw extends object> {
  id: string;
  title: string;
  function: string;
  seed: number;
  /** Those first that tell one mistake from another. */
  cases: StatisticalCase<Draw>[];
  praise: string;
  /** Probability that a right program fails this check, as far as the limit laws hold. Default 2e-8. */
  falseAlarm?: number;
}

/**
 * For a handful of such checks a grade below 1e-6 together, even where p-values come twice as often below the level as they
 * should: at some 1e-5 that is how good the limit laws of small counts are.
 */
const FALSE_ALARM = 2e-8;
const ROUNDS = ['first', 'second'] as const;

/**
 * The level of a single test: a claim is refused when its test fails on two independent sets of draws, so that K tests
 * raise a false alarm with a probability of at most K · level².
 */
export function levelOf(falseAlarm: number, tests: number): number {
  return Math.sqrt(falseAlarm / tests);
}

/**
 * Judges functions that draw at random by the law of what they draw. A test that fails is made again on fresh draws; only
 * one that fails both times costs points.
 */
export function statisticalCheck<Draw extends object>(options: StatisticalOptions<Draw>): Check {
  const tests = options.cases.reduce((sum, { hypotheses }) => sum + hypotheses.length, 0);
  const falseAlarm = options.falseAlarm ?? FALSE_ALARM;
  const level = levelOf(falseAlarm, tests);
  const cases = options.cases.map((item) => ({
    id: `${options.id}/${item.id}`,
    title: item.title,
    plan: (ask: Ask) => plan(options, item, level, ask),
  }));
  return {
    id: options.id,
    kind: 'statistical',
    title: options.title,
    function: options.function,
    cases,
    judge({ submission }) {
      const judged = options.cases.map((item, i) =>
        judgeCase(options.function, item, submission[cases[i]!.id]!, level),
      );
      const failed = judged.filter(({ result }) => result.status !== 'accepted').length;
      // Cases stand in the order in which they tell most: the same mistake may look different on the others.
      const named = judged.find(
        ({ result }, i) => result.mistake !== undefined && (failed === 1 || options.cases[i]!.tellsAlone !== true),
      )?.result;
      const verdict = combine(
        judged.map(({ result }) => result),
        options.praise,
        // The sentence and the figures of the case that the name comes from.
        named,
      );
      const table = testTable(
        judged.flatMap(({ rows }) => rows),
        level,
        falseAlarm,
      );
      const { mistake: _, ...unnamed } = verdict;
      return {
        ...unnamed,
        ...(verdict.status === 'wrong-answer' && named?.mistake !== undefined ? { mistake: named.mistake } : {}),
        evidence: [...verdict.evidence, ...table],
      };
    },
  };
}

async function plan<Draw extends object>(
  options: StatisticalOptions<Draw>,
  item: StatisticalCase<Draw>,
  level: number,
  ask: Ask,
): Promise<void> {
  const outcomes: CaseOutcomes = {};
  for (const round of ROUNDS) {
    const random = derive(options.seed, `${options.id}/${item.id}/${round}`);
    await Promise.all(
      item.calls(random).map(async (call, i) => {
        const id = `${round}.${i}`;
        outcomes[id] = await ask(id, call);
      }),
    );
    const read = readRound(options.function, item, outcomes, round);
    if ('result' in read) return;
    if (item.hypotheses.every(({ test }) => passes(test(read.draws), level))) return;
  }
}

// A p-value that is NaN refutes.
function passes({ pValue }: TestResult, level: number): boolean {
  return pValue >= level;
}

/** The draws of a round; or the result of the case, where a call of it failed or gave something that is no draw. */
function readRound<Draw extends object>(
  fn: string,
  item: StatisticalCase<Draw>,
  outcomes: CaseOutcomes,
  round: string,
): { draws: Draw[] } | { result: CaseResult } {
  const draws: Draw[] = [];
  const { title } = item;
  for (let i = 0; `${round}.${i}` in outcomes; i++) {
    const outcome = outcomes[`${round}.${i}`]!;
    if (outcome.status !== 'ok') return { result: failedCall(title, fn, outcome) };
    const draw = item.read(outcome.value);
    if (typeof draw === 'string') {
      const statement = `${fn} on ${title} cannot be judged by what it draws: ${draw}`;
      return { result: { title, status: 'wrong-answer', statement, figure: 'not a sample' } };
    }
    draws.push(draw);
  }
  return { draws };
}

interface Judged {
  result: CaseResult;
  rows: Cell[][];
}

function judgeCase<Draw extends object>(
  fn: string,
  item: StatisticalCase<Draw>,
  outcomes: CaseOutcomes,
  level: number,
): Judged {
  const { title } = item;
  const first = readRound(fn, item, outcomes, 'first');
  if ('result' in first) return { result: first.result, rows: [] };
  if (first.draws.length === 0) throw new Error(`no draws were recorded for ${fn} on ${title}`);
  const before = item.hypotheses.map(({ test }) => test(first.draws));
  const again = before.every((found) => passes(found, level)) ? undefined : readRound(fn, item, outcomes, 'second');
  if (again !== undefined && 'result' in again) return { result: again.result, rows: [] };
  if (again?.draws.length === 0) throw new Error(`no fresh draws were recorded for ${fn} on ${title}`);
  const after = again && item.hypotheses.map(({ test }) => test(again.draws));
  const failed = item.hypotheses.filter(
    (_, h) => after !== undefined && !passes(before[h]!, level) && !passes(after[h]!, level),
  );
  const rows = item.hypotheses.map((hypothesis, h): Cell[] => [
    title,
    hypothesis.claim,
    statisticText(before[h]!),
    probability(before[h]!.pValue),
    after === undefined ? '' : probability(after[h]!.pValue),
    failed.includes(hypothesis) ? 'refuted' : 'holds',
  ]);
  const smallest = Math.min(...before.map(({ pValue }) => pValue));
  const figure = `least p-value ${probability(smallest)}`;
  const [worst] = failed;
  if (worst === undefined) return { result: { title, status: 'accepted', statement: '', figure }, rows };
  const at = item.hypotheses.indexOf(worst);
  const seen = firstExplained(failed, first.draws);
  const p = [before[at]!, after![at]!].map(({ pValue }) => probability(pValue));
  return {
    rows,
    result: {
      title,
      status: 'wrong-answer',
      statement: `${fn} on ${title}: it should hold that ${worst.claim}.${seen.statement === undefined ? '' : ` ${seen.statement}`} By chance alone draws like these come with probability ${p[0]}, and a second set of draws (${p[1]}) says the same.`,
      figure,
      ...(seen.mistake === undefined ? {} : { mistake: seen.mistake }),
      ...(seen.evidence === undefined ? {} : { evidence: seen.evidence }),
    },
  };
}

/** The first explanation that knows the mistake; else the first one. */
function firstExplained<Draw extends object>(
  failed: Hypothesis<Draw>[],
  draws: Draw[],
): ReturnType<NonNullable<Hypothesis<Draw>['explain']>> {
  const found = failed.map((hypothesis) => hypothesis.explain?.(draws) ?? {});
  return found.find(({ mistake }) => mistake !== undefined) ?? found[0] ?? {};
}

function statisticText({ statistic, degrees }: TestResult): string {
  const value = Number(statistic.toPrecision(4));
  return degrees === undefined ? `z = ${value}` : `χ² = ${value} (${degrees} degrees of freedom)`;
}

/** Below the smallest double a probability is written as a bound. */
function probability(p: number): string {
  if (p === 0) return '< 1e-300';
  return p >= 0.001 ? p.toPrecision(2) : p.toExponential(1);
}

function testTable(rows: Cell[][], level: number, falseAlarm: number): Evidence[] {
  if (rows.length === 0) return [];
  return [
    {
      kind: 'table',
      title: 'Tests of what was drawn',
      columns: ['input', 'what should hold', 'statistic', 'p-value', 'on fresh draws', 'outcome'],
      rows,
      note: `A claim is refuted when its p-value is below ${level.toExponential(1)} twice, on two independent sets of draws. A program that draws rightly is refused with a probability of at most ${falseAlarm.toExponential(0)}.`,
    },
  ];
}
