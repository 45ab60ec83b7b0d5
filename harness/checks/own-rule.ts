import type { Call } from '../model/call.ts';
import type { Ask, Check } from '../model/exercise.ts';
import type { Outcome } from '../model/observation.ts';
import { NdArray, type Value } from '../model/value.ts';
import { compareArrays } from '../numerics/compare.ts';
import { type CaseResult, combine, failedCall } from './case-result.ts';

export interface OwnRuleOptions {
  id: string;
  title: string;
  function: string;
  /** A gradient call. */
  call: Call;
}

/** The gradient must be the same where plain differentiation is not to be had, up to rounding. */
const SAME = { rtol: 1e-6, atol: 1e-9, scale: 'max' } as const;

/**
 * A backward rule of one's own, found by taking the capability away: where no kernel but the shape-only ones has a
 * gradient, plain automatic differentiation has nothing to work with, and a function with its own rule still works.
 */
export function ownRuleCheck(options: OwnRuleOptions): Check {
  const plan = async (ask: Ask) => void (await ask('gradient', options.call));
  const plain = { id: `${options.id}/plain`, title: 'an ordinary engine', plan };
  const restricted = {
    id: `${options.id}/restricted`,
    title: 'an engine without gradients of its own',
    worker: { gradients: 'shape-only' as const },
    plan,
  };
  return {
    id: options.id,
    kind: 'rule',
    title: options.title,
    function: options.function,
    cases: [plain, restricted],
    judge({ submission }) {
      const usual = submission[plain.id]!.gradient!;
      const without = submission[restricted.id]!.gradient!;
      return combine([judge(options.function, usual, without)], 'The backward rule is your own.');
    },
  };
}

function judge(fn: string, usual: Outcome, without: Outcome): CaseResult {
  const title = 'an engine without gradients of its own';
  if (usual.status !== 'ok') return failedCall('an ordinary engine', fn, usual);
  if (without.status === 'runtime-error') {
    return {
      title,
      status: 'wrong-answer',
      statement: `${fn} has no backward rule of its own: where tfjs's own gradients are taken away, it cannot be differentiated (${without.message.replace(/\.$/, '')}). Use tf.customGrad with the rule worked out by hand.`,
      figure: 'no own rule',
      mistake: {
        id: 'no-own-rule',
        message: 'The gradient comes from automatic differentiation, not from a rule of your own.',
      },
    };
  }
  if (without.status !== 'ok') return failedCall(title, fn, without);
  if (sameGradient(usual.value, without.value)) return { title, status: 'accepted', statement: '', figure: 'own rule' };
  return {
    title,
    status: 'wrong-answer',
    statement: `${fn} gives another gradient where tfjs's own gradients are taken away: part of it does not come from its own rule.`,
    figure: 'gradients differ',
  };
}

function sameGradient(a: Value, b: Value): boolean {
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
  return a.every((part, i) => {
    const other = b[i];
    if (!(part instanceof NdArray) || !(other instanceof NdArray)) return false;
    if (part.shape.length !== other.shape.length || part.shape.some((side, k) => side !== other.shape[k])) return false;
    return compareArrays(part, other, SAME).ok;
  });
}
