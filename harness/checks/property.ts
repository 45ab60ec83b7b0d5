import type { Call } from '../model/call.ts';
import type { Ask, CaseOutcomes, Check, WorkerMode } from '../model/exercise.ts';
import type { Failure, Success } from '../model/observation.ts';
import type { Evidence } from '../model/verdict.ts';
import { type CaseResult, combine, failedCall } from './case-result.ts';
import { formatNumber } from './format.ts';

/** How far an identity is from holding, and how far it may be. */
export interface Deviation {
  /** "exp(C)·exp(−C) = I" */
  identity: string;
  error: number;
  bound: number;
  evidence?: Evidence[];
}

/** Why identities cannot be looked at, or that one which has no measure does not hold; with the mistake where it shows. */
export type Problem = string | { statement: string; mistake: NonNullable<CaseResult['mistake']> };

export interface PropertyCase {
  id: string;
  /** Reads well after "on". */
  title: string;
  /** Calls made one after the other; each may use the results of those before, and be left out because of them. */
  calls: { id: string; call: Call | ((before: Record<string, Success>) => Call | undefined) }[];
  /** Says how far the identities are from holding, or in words why they cannot be looked at (a wrong shape). */
  deviations(results: Record<string, Success>, reference: Record<string, Success>): Deviation[] | Problem;
  worker?: Partial<WorkerMode>;
}

export interface PropertyOptions {
  id: string;
  title: string;
  function: string;
  cases: PropertyCase[];
  praise: string;
}

/** Identities that every right program fulfils, whatever its route. */
export function propertyCheck(options: PropertyOptions): Check {
  const cases = options.cases.map((item) => ({
    id: `${options.id}/${item.id}`,
    title: item.title,
    ...(item.worker === undefined ? {} : { worker: item.worker }),
    plan: async (ask: Ask) => {
      const before: Record<string, Success> = {};
      for (const { id, call } of item.calls) {
        const made = typeof call === 'function' ? call(before) : call;
        if (made === undefined) continue;
        const outcome = await ask(id, made);
        if (outcome.status !== 'ok') return;
        before[id] = outcome;
      }
    },
  }));
  return {
    id: options.id,
    kind: 'property',
    title: options.title,
    function: options.function,
    cases,
    judge({ submission, reference }) {
      const results = options.cases.map((item, i): CaseResult => {
        const outcomes = submission[cases[i]!.id] ?? {};
        const failed = Object.entries(outcomes).find(([, outcome]) => outcome.status !== 'ok');
        if (failed !== undefined) return failedIn(options.function, item, outcomes, failed[0], failed[1] as Failure);
        const truth = reference[cases[i]!.id] as Record<string, Success>;
        return judgeCase(options.function, item, outcomes as Record<string, Success>, truth);
      });
      return combine(results, options.praise);
    },
  };
}

/** Says which call failed, where it is not one of the function that the check is about. */
function failedIn(fn: string, item: PropertyCase, outcomes: CaseOutcomes, id: string, failure: Failure): CaseResult {
  const made = item.calls.find((one) => one.id === id)?.call;
  const before = Object.fromEntries(Object.entries(outcomes).filter(([, outcome]) => outcome.status === 'ok'));
  const call = typeof made === 'function' ? made(before as Record<string, Success>) : made;
  // A module with a slash is one of our own programs beside the student's.
  const name = typeof call?.fn === 'string' && !call.module.startsWith('/') ? call.fn : fn;
  const where = name === fn ? item.title : `${item.title}, in the call of ${name}`;
  return { ...failedCall(where, fn, failure), title: item.title };
}

function judgeCase(
  fn: string,
  item: PropertyCase,
  outcomes: Record<string, Success>,
  reference: Record<string, Success>,
): CaseResult {
  const { title } = item;
  const found = item.deviations(outcomes, reference);
  if (!Array.isArray(found)) {
    const { statement, ...mistake } = typeof found === 'string' ? { statement: found } : found;
    return { title, status: 'wrong-answer', statement: `${fn} on ${title}: ${statement}`, ...mistake };
  }
  const ratioOf = ({ error, bound }: Deviation): number =>
    Number.isFinite(error) ? error / bound : Number.POSITIVE_INFINITY;
  const worst = found.reduce((a, b) => (ratioOf(b) > ratioOf(a) ? b : a));
  const figure = `${worst.identity}: off by ${worst.error.toPrecision(2)}`;
  if (ratioOf(worst) <= 1) return { title, status: 'accepted', statement: '', ratio: ratioOf(worst), figure };
  return {
    title,
    status: 'wrong-answer',
    statement: `${fn} on ${title}: it should hold that ${worst.identity}, but ${gap(worst)}.`,
    ratio: ratioOf(worst),
    figure,
    ...(worst.evidence === undefined ? {} : { evidence: worst.evidence }),
  };
}

function gap({ error, bound }: Deviation): string {
  if (!Number.isFinite(error)) return 'the result is not finite';
  return `this is off by ${formatNumber(Number(error.toPrecision(3)))} (allowed ${bound.toPrecision(2)})`;
}
