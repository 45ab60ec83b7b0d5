import { coerce } from '../../../harness/checks/coerce.ts';
import { gradientChecks } from '../../../harness/checks/gradient.ts';
import { propertyCheck } from '../../../harness/checks/property.ts';
import { purityCheck } from '../../../harness/checks/purity.ts';
import { DOUBLE, toleranceFor, valuesCheck } from '../../../harness/checks/values.ts';
import type { Call } from '../../../harness/model/call.ts';
import { type Check, defineExercise } from '../../../harness/model/exercise.ts';
import { NdArray } from '../../../harness/model/value.ts';
import { maxAbs } from '../../../harness/numerics/compare.ts';
import { enumerateStates } from './enumerate.ts';
import {
  enumerableInputs,
  extremeHiddenInputs,
  extremeOutputInputs,
  type Input,
  lowerActivations,
  manyUnits,
  manyUnitsOn,
  ordinary,
  ordinaryInputs,
} from './inputs.ts';

const MODULE = 'exercise2';

const FUNCTIONS = ['hiddenGivenVisible', 'outputGivenHidden', 'freeEnergy'] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

function call(fn: FunctionName, { W, U, x, y, h }: Input): Call {
  return { module: MODULE, fn, args: fn === 'outputGivenHidden' ? [U, h] : [W, U, x, y] };
}

const FORMULAS: Record<FunctionName, string> = {
  hiddenGivenVisible: 'p(hₖ = 1 | x, y) = sigm(xᵀW₍:,k₎ + yᵀU₍:,k₎)',
  outputGivenHidden: 'p(yⱼ = 1 | h) = sigm(U₍j,:₎ h)',
  freeEnergy: 'F = −Σₖ log(1 + exp(xᵀW₍:,k₎ + yᵀU₍:,k₎))',
};

const SIGNATURES: Record<FunctionName, string> = {
  hiddenGivenVisible: 'hiddenGivenVisible(W, U, x, y): Tensor /* [K] */',
  outputGivenHidden: 'outputGivenHidden(U, h): Tensor /* [c] */',
  freeEnergy: 'freeEnergy(W, U, x, y): scalar',
};

/**
 * How much rounding the activations amplify: a sum carries the size of its terms as an error, in units of the last
 * place, into the exponent.
 */
function condition({ W, U, x, y, h }: Input): number {
  const K = h.data.length;
  let largest = 1;
  for (let k = 0; k < K; k++) {
    let sum = 0;
    for (let i = 0; i < x.data.length; i++) sum += Math.abs(x.data[i]! * W.data[i * K + k]!);
    for (let j = 0; j < y.data.length; j++) sum += Math.abs(y.data[j]! * U.data[j * K + k]!);
    largest = Math.max(largest, sum);
  }
  for (let j = 0; j < y.data.length; j++) {
    let sum = 0;
    for (let k = 0; k < K; k++) sum += Math.abs(U.data[j * K + k]! * h.data[k]!);
    largest = Math.max(largest, sum);
  }
  return largest;
}

/** The truth by visiting every state, straight from the definitions; the closed forms are not used. */
export function bruteForce(fn: FunctionName, { W, U, x, y, h }: Input): NdArray {
  const K = h.data.length;
  const c = y.data.length;
  if (fn === 'outputGivenHidden') {
    // p(y | h) ∝ exp(yᵀUh)
    const { marginals } = enumerateStates(c, (state) => {
      let score = 0;
      for (let j = 0; j < c; j++) for (let k = 0; k < K; k++) score += state[j]! * U.data[j * K + k]! * h.data[k]!;
      return score;
    });
    return NdArray.of(marginals);
  }
  // p(h | x, y) ∝ exp(xᵀWh + yᵀUh)
  const { logSum, marginals } = enumerateStates(K, (state) => {
    let score = 0;
    for (let k = 0; k < K; k++) {
      if (state[k] === 0) continue;
      for (let i = 0; i < x.data.length; i++) score += x.data[i]! * W.data[i * K + k]!;
      for (let j = 0; j < c; j++) score += y.data[j]! * U.data[j * K + k]!;
    }
    return score;
  });
  return fn === 'freeEnergy' ? NdArray.of([-logSum], []) : NdArray.of(marginals);
}

const IDENTITIES: Record<FunctionName, string> = {
  hiddenGivenVisible: 'p(hₖ = 1 | x, y) = Σ exp(xᵀWh + yᵀUh) over the states with hₖ = 1 / Σ over all 2^K states h',
  outputGivenHidden: 'p(yⱼ = 1 | h) = Σ exp(yᵀUh) over the states with yⱼ = 1 / Σ over all 2^c states y',
  freeEnergy: 'F = −log Σ exp(xᵀWh + yᵀUh) over all 2^K states h',
};

function enumerationCheck(fn: FunctionName, inputs: Input[]): Check {
  return propertyCheck({
    id: `enumeration-${fn}`,
    title: `${fn} agrees with the sum over all states`,
    function: fn,
    praise: `${fn} agrees with the sum over all states, term by term.`,
    cases: inputs.map((input) => {
      // Kept: it is the same for every submission.
      let truth: NdArray | undefined;
      return {
        id: input.id,
        title: input.title,
        calls: [{ id: 'value', call: call(fn, input) }],
        deviations: ({ value }) => {
          truth ??= bruteForce(fn, input);
          const result = coerce(value!.value, truth.shape);
          if (!result.ok) return result.problem;
          const { rtol, atol } = toleranceFor(result.array, DOUBLE);
          const differences = truth.data.map((expected, i) => Math.abs(result.array.data[i]! - expected));
          const error = differences.every(Number.isFinite) ? maxAbs(differences) : Number.NaN;
          return [{ identity: IDENTITIES[fn], error, bound: atol + rtol * maxAbs(truth.data) }];
        },
      };
    }),
  });
}

export default defineExercise({
  id: 'crbm',
  assignment: 'tub-sheet10',
  title: 'Conditional restricted Boltzmann machine',
  functions: Object.fromEntries(FUNCTIONS.map((fn) => [fn, { module: MODULE, signature: SIGNATURES[fn] }])),

  checks(seed) {
    const usual = ordinaryInputs(seed);
    const extreme = { hidden: extremeHiddenInputs(seed), output: extremeOutputInputs(seed) };
    const enumerable = enumerableInputs(seed);
    const many = { hiddenGivenVisible: manyUnits(seed), freeEnergy: manyUnitsOn(seed) };
    const cases = (fn: FunctionName, inputs: Input[]) =>
      inputs.map((input) => {
        const bound = { condition: condition(input) };
        return { id: input.id, title: input.title, call: call(fn, input), bound };
      });

    const checks: Check[] = FUNCTIONS.flatMap((fn) => [
      valuesCheck({ id: `values-${fn}`, title: FORMULAS[fn], function: fn, cases: cases(fn, usual) }),
      valuesCheck({
        id: `extreme-${fn}`,
        title: `${FORMULAS[fn]}, at the ends of the range`,
        function: fn,
        cases: cases(fn, fn === 'outputGivenHidden' ? extreme.output : extreme.hidden),
        praise: `${fn} stays finite and right at the ends of the range.`,
      }),
      enumerationCheck(fn, enumerable),
    ]);
    for (const fn of ['hiddenGivenVisible', 'freeEnergy'] as const) {
      checks.push(
        valuesCheck({
          id: `many-${fn}`,
          title: `${fn} with 40 hidden units`,
          function: fn,
          cases: cases(fn, many[fn]),
          praise: `${fn} copes with 40 hidden units: it does not visit their 2^40 states.`,
        }),
      );
    }

    // ∂F/∂aₖ = −p(hₖ = 1 | x, y). With the activations a − v the derivative with respect to v at 0 is +p, which is
    // hiddenGivenVisible itself. Once through W and once through U, so that both matrices are seen to take part.
    const pick = (id: string): Input => usual.find((input) => input.id === id)!;
    const zero = (input: Input): NdArray => NdArray.zeros(input.h.shape);
    const [gradient] = gradientChecks({
      seed,
      own: { id: 'gradient-freeEnergy', title: '−∂F/∂aₖ of your own freeEnergy is your own p(hₖ = 1 | x, y)' },
      reference: { id: 'unused', title: '' },
      function: 'freeEnergy',
      cases: (
        [
          ['real', 'W'],
          ['binary', 'U'],
          ['one-hidden', 'U'],
          ['wide', 'W'],
        ] as const
      ).map(([id, through]) => {
        const input = pick(id);
        return {
          id: `${id}-${through}`,
          title: `${input.title}, activations lowered through ${through}`,
          point: [{ name: 'the lowered activations', value: zero(input) }],
          forward: ([v]) => call('freeEnergy', lowerActivations(input, v!, through)),
          analytic: { call: call('hiddenGivenVisible', input), parts: [[]] },
        };
      }),
    });

    checks.push(
      gradient,
      purityCheck({
        id: 'purity',
        title: 'Same arguments, same result; arguments stay as they are',
        function: 'freeEnergy',
        cases: FUNCTIONS.map((fn) => ({
          id: fn,
          title: `two calls of ${fn}`,
          call: call(fn, usual[0]!),
          between: call(fn, ordinary(seed, 'between', 'another machine', { d: 3, c: 2, K: 4 }, false)),
        })),
      }),
    );
    return checks;
  },
});
