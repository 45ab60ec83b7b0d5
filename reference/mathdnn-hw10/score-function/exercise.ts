import { coerce, select } from '../../../harness/checks/coerce.ts';
import { type PropertyCase, propertyCheck } from '../../../harness/checks/property.ts';
import { purityCheck } from '../../../harness/checks/purity.ts';
import { type Bound, DOUBLE, toleranceFor, valuesCheck } from '../../../harness/checks/values.ts';
import type { Call } from '../../../harness/model/call.ts';
import { type Check, defineExercise } from '../../../harness/model/exercise.ts';
import type { Value } from '../../../harness/model/value.ts';
import { maxAbs } from '../../../harness/numerics/compare.ts';
import { logDensity, PARTS, type Part, standardised, termSize } from './gaussian.ts';
import {
  extremeInputs,
  type GaussianInput,
  gaussianInputs,
  type Input,
  optimalInputs,
  ordinaryInputs,
  randomInput,
} from './inputs.ts';

const FUNCTION = 'scoreFunctionGradient';

const call = ({ mu, logSigma, z, logH }: Input): Call => ({
  module: 'problem1',
  fn: FUNCTION,
  args: [mu, logSigma, z, logH],
});

const NAMES: Record<Part, string> = {
  mu: 'The gradient with respect to μ',
  logSigma: 'The gradient with respect to log σ',
};

/** The greatest entry of the true estimate. */
function resultSize(input: Input, part: Part): number {
  const logQ = logDensity(input);
  const { data } = input.logH;
  const sums = new Float64Array(input.mu.data.length);
  for (let i = 0; i < data.length; i++) {
    for (const [j, e] of standardised(input, i).entries()) {
      const score = part === 'mu' ? e / Math.exp(input.logSigma.data[j]!) : e * e - 1;
      sums[j]! += (score * (data[i]! - logQ.data[i]!)) / data.length;
    }
  }
  return maxAbs(sums);
}

/** A mean is rounded at the size of its terms, which partly cancel; every term is a product of differences. */
function bound(input: Input, part: Part): Partial<Bound> {
  const terms = termSize(input, part);
  const result = resultSize(input, part);
  return { atol: DOUBLE.atol + 1e-12 * terms, condition: result > 0 ? Math.max(1, terms / result) : 1 };
}

/** One part of the result on these inputs; the other part's check looks at the same calls. */
function partCheck(part: Part, id: 'values' | 'extreme', title: string, inputs: Input[], praise?: string): Check {
  return valuesCheck({
    id: `${id}-${part}`,
    title: `${NAMES[part]}${title}`,
    function: FUNCTION,
    cases: inputs.map((input) => ({
      id: input.id,
      title: input.title,
      call: call(input),
      bound: bound(input, part),
      caseId: `${id}/${input.id}`,
    })),
    parts: [{ path: [part], name: NAMES[part] }],
    ...(praise === undefined ? {} : { praise }),
  });
}

/** How far the two parts of a result are from numbers that they should be. */
function partsCase(input: Input, expected: Record<Part, number[]>, identity: Record<Part, string>): PropertyCase {
  const { id, title } = input;
  return {
    id,
    title,
    calls: [{ id: 'value', call: call(input) }],
    deviations: ({ value }) => {
      const found = PARTS.map((part) => {
        const coerced = coerce(select(value!.value as Value, [part]), input.mu.shape, NAMES[part]);
        if (!coerced.ok) return coerced.problem;
        const { array } = coerced;
        const { rtol, atol } = toleranceFor(array, DOUBLE);
        const differences = array.data.map((entry, j) => Math.abs(entry - expected[part][j]!));
        const error = differences.every(Number.isFinite) ? maxAbs(differences) : Number.NaN;
        const terms = termSize(input, part);
        // What float32 numbers are off by shows at the size of the terms, as rounding does.
        const rounding = rtol > DOUBLE.rtol ? rtol : 1e-12;
        const allowance = atol + rtol * maxAbs(expected[part]) + rounding * terms;
        return { identity: identity[part], error, bound: allowance };
      });
      const problem = found.find((one) => typeof one === 'string');
      return problem ?? found.filter((one) => typeof one !== 'string');
    },
  };
}

const unbiasedCase = (input: GaussianInput): PropertyCase =>
  partsCase(input, input.expected, {
    mu: 'with samples whose means are those over q, the estimate for μ is −Λ(μ − m), the gradient of E_q[log h − log q]',
    logSigma:
      'with samples whose means are those over q, the estimate for log σⱼ is 1 − σⱼ² Λⱼⱼ, the gradient of E_q[log h − log q]',
  });

const optimalCase = (input: Input): PropertyCase => {
  const zeros = Array.from(input.mu.data, () => 0);
  return partsCase(
    input,
    { mu: zeros, logSigma: zeros },
    {
      mu: 'the estimate for μ is 0 where h = q, whatever the samples',
      logSigma: 'the estimate for log σ is 0 where h = q, whatever the samples',
    },
  );
};

export default defineExercise({
  id: 'score-function',
  assignment: 'mathdnn-hw10',
  title: 'The score-function gradient',
  functions: {
    [FUNCTION]: {
      module: 'problem1',
      signature:
        'scoreFunctionGradient(mu /* [k] */, logSigma /* [k] */, z /* [n,k] */, logH /* [n] */): { mu, logSigma }',
    },
  },

  checks(seed) {
    const ordinary = ordinaryInputs(seed);
    const extreme = extremeInputs(seed);
    const [first] = ordinary as [Input];
    const praise = 'The estimate stays finite and right at the ends of the range.';
    return [
      ...PARTS.map((part) => partCheck(part, 'values', '', ordinary)),
      ...PARTS.map((part) => partCheck(part, 'extreme', ', at the ends of the range', extreme, praise)),
      propertyCheck({
        id: 'unbiased',
        title: 'On average the estimate is the gradient',
        function: FUNCTION,
        praise: 'Averaged over q, your estimate is the gradient of E_q[log h − log q].',
        cases: gaussianInputs(seed).map(unbiasedCase),
      }),
      propertyCheck({
        id: 'optimum',
        title: 'Zero where h = q',
        function: FUNCTION,
        praise: 'Where h = q the estimate is 0, whatever the samples.',
        cases: optimalInputs(seed).map(optimalCase),
      }),
      purityCheck({
        id: 'purity',
        title: 'Same arguments, same result; arguments stay as they are',
        function: FUNCTION,
        cases: [
          {
            id: FUNCTION,
            title: `two calls of ${FUNCTION}`,
            call: call(first),
            between: call(randomInput(seed, 'between', '', [8, 3])),
          },
        ],
      }),
    ];
  },
});
