import type { Arg, Call } from '../model/call.ts';
import type { Ask, CaseOutcomes, Check } from '../model/exercise.ts';
import { NdArray, type Value } from '../model/value.ts';
import { type CaseResult, combine, failedCall } from './case-result.ts';
import { sameValue } from './same-value.ts';

export interface PurityCase {
  id: string;
  title: string;
  /** The call that is made twice. */
  call: Call;
  /** A call with other arguments in between, so that a result kept from before shows. */
  between: Call;
}

/** Functions are pure: same arguments, same result; arguments are neither changed nor disposed. */
export function purityCheck(options: { id: string; title: string; function: string; cases: PurityCase[] }): Check {
  const cases = options.cases.map((item) => ({
    id: `${options.id}/${item.id}`,
    title: item.title,
    plan: async (ask: Ask) => {
      await ask('first', { ...item.call, echo: true });
      await ask('between', item.between);
      await ask('second', item.call);
    },
  }));
  return {
    id: options.id,
    kind: 'purity',
    title: options.title,
    function: options.function,
    cases,
    judge({ submission, reference }) {
      const results = options.cases.map((item, i) => {
        const { id } = cases[i]!;
        return judgePurity(item, submission[id]!, reference[id]!);
      });
      return combine(results, 'Same arguments give the same result, and arguments stay as they are.');
    },
  };
}

function judgePurity(item: PurityCase, outcomes: CaseOutcomes, reference: CaseOutcomes): CaseResult {
  const { title } = item;
  const name = String(item.call.fn);
  const { first, second } = outcomes;
  if (first!.status !== 'ok') return failedCall(title, name, first!);
  const changed = changedArgument(item.call.args, first!.args ?? []);
  if (changed !== undefined)
    return {
      title,
      status: 'wrong-answer',
      statement: `${name} ${changed}.`,
      figure: 'arguments',
      mistake: { id: 'argument-touched', message: 'An argument was changed or disposed of; it belongs to the caller.' },
    };
  if (second!.status !== 'ok') {
    const failed = failedCall(title, name, second!);
    return { ...failed, statement: `The second call with the same arguments failed. ${failed.statement}` };
  }
  if (answersForAnother(outcomes, reference)) {
    return {
      title,
      status: 'wrong-answer',
      statement: `${name} gave the result of one call for another one with other arguments: what it remembers is not told apart by all of its arguments.`,
      figure: 'result of another call',
      mistake: STATE_KEPT,
    };
  }
  if (sameValue(first!.value, second!.value)) return { title, status: 'accepted', statement: '' };
  return {
    title,
    status: 'wrong-answer',
    statement: `${name} gave two different results for the same arguments: it seems to keep something from one call to the next.`,
    figure: 'results differ',
    mistake: STATE_KEPT,
  };
}

/**
 * Whether the call in between got the first one's result, which was right for that: a result was remembered under too small a key. A
 * program that gives the same for everything is wrong on the first one, too, and is told so elsewhere.
 */
function answersForAnother(outcomes: CaseOutcomes, reference: CaseOutcomes): boolean {
  const values = [outcomes.first, outcomes.between, reference.first, reference.between].map((outcome) =>
    outcome?.status === 'ok' ? outcome.value : undefined,
  );
  if (values.includes(undefined)) return false;
  const [first, between, right, other] = values as [Value, Value, Value, Value];
  return sameValue(first, between) && !sameValue(right, other, ALIKE, ALIKE) && sameValue(first, right, ALIKE, ALIKE);
}

/** Difference, relative and absolute, up to which a result counts as another one's, here: other inputs give others by far more. */
const ALIKE = 1e-4;

const STATE_KEPT = { id: 'state-kept', message: 'The function keeps something from one call to the next.' };

/** What happened to the first argument that is not as it was; undefined when all are. */
function changedArgument(sent: Arg[], echoed: Value[]): string | undefined {
  for (const [i, arg] of sent.entries()) {
    const found = difference(arg, echoed[i]);
    if (found !== undefined) return `${found} (argument ${i + 1})`;
  }
  return undefined;
}

function difference(sent: Arg, echoed: Value | undefined): string | undefined {
  if (sent instanceof NdArray) {
    if (echoed === 'disposed') return 'disposed of a tensor that belongs to the caller';
    const same = echoed instanceof NdArray && echoed.data.length === sent.data.length && equal(sent.data, echoed.data);
    return same ? undefined : 'changed a tensor that belongs to the caller';
  }
  if (Array.isArray(sent)) {
    const items = Array.isArray(echoed) ? echoed : [];
    for (const [i, item] of sent.entries()) {
      const found = difference(item, items[i]);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  // Records of tensors (parameters). Special arguments are functions in the worker and come back as words.
  if (typeof sent === 'object' && sent !== null && Object.getPrototypeOf(sent) === Object.prototype) {
    for (const [key, item] of Object.entries(sent as Record<string, Arg>)) {
      const found = difference(item, (echoed as Record<string, Value> | undefined)?.[key]);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function equal(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i] && !Object.is(a[i], b[i])) return false;
  return true;
}
