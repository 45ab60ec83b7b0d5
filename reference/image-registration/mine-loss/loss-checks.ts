import { gradientChecks, withPoint } from '../../../harness/checks/gradient.ts';
import { DOUBLE, valuesCheck } from '../../../harness/checks/values.ts';
import type { Call } from '../../../harness/model/call.ts';
import type { Check } from '../../../harness/model/exercise.ts';
import { asArgument, PARAM_PATHS, paramPoint } from './critic-checks.ts';
import { extremeLosses, type LossInput, lossInputs } from './inputs.ts';
import { PARAM_NAMES } from './truth.ts';

export function lossCall(module: string, { params, joint, marginal }: LossInput): Call {
  return { module, fn: 'mineLoss', args: [asArgument(params), joint, marginal] };
}

/** The loss is a difference of terms that may be far larger than it. */
const condition = ({ largest, loss }: LossInput): number => Math.max(1, largest / Math.max(Math.abs(loss), 1e-9));

/**
 * Activations and outputs rounded to float32, five times one after the other, move the loss by this share of its terms. It cannot
 * always be recognised by the result: a difference of two large float32 numbers has few digits.
 */
const ROUNDED = 2 ** -21;

/** The gradient is weighted by e^T, so an output's rounding becomes a relative error of its own size. */
const gradientCondition = ({ largest }: LossInput): number => Math.max(1, largest);

/**
 * The derivative with respect to b3 is exactly 0, a difference of two sums of 1: a program that computes in float32
 * misses it by some 1e-7.
 */
const ZERO = 4e-7;

/** Values and gradients of the loss, for ordinary critics and for large ones. */
export function lossChecks(module: string, seed: number): Check[] {
  const ordinary = lossInputs(seed);
  const extreme = extremeLosses(seed);
  const values = (inputs: LossInput[], share = 0) =>
    inputs.map((input) => ({
      id: input.id,
      title: input.title,
      call: lossCall(module, input),
      bound: { condition: condition(input), atol: Math.max(DOUBLE.atol, share * input.largest) },
    }));
  const formula = '−(mean T(joint) − log mean e^T(marginal))';
  return [
    valuesCheck({ id: 'values-mineLoss', title: formula, function: 'mineLoss', cases: values(ordinary) }),
    valuesCheck({
      id: 'extreme-mineLoss',
      title: `${formula}, for critic outputs of several hundred`,
      function: 'mineLoss',
      cases: values(extreme, ROUNDED),
      praise: 'mineLoss stays finite and right for critic outputs of several hundred.',
    }),
    ...gradientChecks({
      seed,
      own: { id: 'gradient-own-mineLoss', title: 'The gradient of the loss fits your own forward function' },
      reference: { id: 'gradient-reference-mineLoss', title: "The gradient of the loss agrees with the reference's" },
      function: 'mineLoss',
      cases: ordinary.map((input) => {
        const call = lossCall(module, input);
        return {
          id: input.id,
          title: input.title,
          point: paramPoint(input.params),
          forward: (point) => ({ ...call, args: withPoint(call.args, PARAM_PATHS, point) }),
          analytic: { wrt: PARAM_PATHS },
          bound: { atol: ZERO },
        };
      }),
    }),
    valuesCheck({
      id: 'extreme-gradient-mineLoss',
      title: 'The gradient of the loss for critic outputs of several hundred',
      function: 'mineLoss',
      parts: PARAM_NAMES.map((name, i) => ({ path: [i], name: `the gradient with respect to ${name}` })),
      cases: extreme.map((input) => ({
        id: input.id,
        title: input.title,
        call: { ...lossCall(module, input), gradient: { wrt: PARAM_PATHS } },
        bound: { condition: gradientCondition(input), atol: ZERO },
      })),
      praise: 'The gradient stays finite and right for critic outputs of several hundred.',
    }),
  ];
}
