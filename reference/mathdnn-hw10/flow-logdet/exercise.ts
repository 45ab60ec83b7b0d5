import { type PropertyCase, propertyCheck } from '../../../harness/checks/property.ts';
import { purityCheck } from '../../../harness/checks/purity.ts';
import { asArrayOf, type Bound, DOUBLE, toleranceFor, valuesCheck } from '../../../harness/checks/values.ts';
import type { Call } from '../../../harness/model/call.ts';
import { type Check, defineExercise } from '../../../harness/model/exercise.ts';
import type { Success } from '../../../harness/model/observation.ts';
import { NdArray } from '../../../harness/model/value.ts';
import { logAbsDeterminant } from '../../../harness/numerics/linalg.ts';
import { derive } from '../../../harness/numerics/random.ts';
import { extremeInputs, type Input, ordinaryInputs, randomInput, rearrangements, termSize } from './inputs.ts';
import { convolution1x1, kernelMatrix, numericJacobian } from './layers.ts';

const MODULE = 'problem4';

const FUNCTIONS = ['logDetPLU', 'logDetConv1x1', 'logDetCouplingConv1x1'] as const;
type FunctionName = (typeof FUNCTIONS)[number];

const SIGNATURES: Record<FunctionName, string> = {
  logDetPLU: 'logDetPLU(P, L, U /* [C,C] */, s /* [C] */): scalar',
  logDetConv1x1: 'logDetConv1x1(s /* [C] */, m: number, n: number): scalar',
  logDetCouplingConv1x1: 'logDetCouplingConv1x1(s /* [C] */, m: number, n: number): scalar',
};

const TITLES: Record<FunctionName, string> = {
  logDetPLU: 'log|det P L (U + diag s)|',
  logDetConv1x1: 'log|det| of the 1×1 convolution on m×n pixels',
  logDetCouplingConv1x1: 'log|det| of the coupling with a 1×1 convolution',
};

function call(fn: FunctionName, { P, L, U, s, m, n }: Omit<Input, 'id' | 'title'>): Call {
  return { module: MODULE, fn, args: fn === 'logDetPLU' ? [P, L, U, s] : [s, m, n] };
}

/** How many copies of A the determinant is made of. */
const copies = (fn: FunctionName, { m, n }: Input): number => (fn === 'logDetPLU' ? 1 : m * n);

/** A sum is rounded at the size of its terms, which may cancel to little or nothing. */
function bound(fn: FunctionName, input: Input): Partial<Bound> {
  const terms = copies(fn, input) * termSize(input);
  const sum = Math.abs(
    copies(fn, input) * Array.from(input.s.data).reduce((total, x) => total + Math.log(Math.abs(x)), 0),
  );
  return { atol: DOUBLE.atol + 1e-11 * terms, condition: sum > 0 ? Math.max(1, terms / sum) : 1 };
}

const valueCases = (fn: FunctionName, inputs: Input[]) =>
  inputs.map((input) => ({
    id: input.id,
    title: input.title,
    call: call(fn, input),
    bound: bound(fn, input),
  }));

/** A scalar result; NaN where it is none. */
const scalar = (result: Success | undefined): number => asArrayOf(result?.value, [])?.data[0] ?? Number.NaN;

/** What two results, or multiples of them, may differ by: their rounding, at the size of their terms. */
function allowed(values: number[], terms: number): number {
  const { rtol, atol } = toleranceFor(NdArray.of(values), DOUBLE);
  return atol + rtol * Math.max(1, terms);
}

const LAYERS: Record<FunctionName, string> = {
  logDetPLU: 'A = P L (U + diag s), multiplied out',
  logDetConv1x1: 'the Jacobian of the layer, by central differences at every entry of the picture',
  logDetCouplingConv1x1: 'the Jacobian of the layer, by central differences at every entry of the picture',
};

/** log|det| of what the function speaks of, by elimination of the matrix itself. */
export function eliminated(fn: FunctionName, input: Input, seed: number): number {
  const A = kernelMatrix(input);
  if (fn === 'logDetPLU') return logAbsDeterminant(A);
  const { m, n } = input;
  const C = input.s.data.length;
  const first = fn === 'logDetCouplingConv1x1' ? C : 0;
  const picture = derive(seed, `flow-logdet/picture/${input.id}`).normals([m, n, first + C]).data;
  return logAbsDeterminant(numericJacobian(convolution1x1(A, m, n, first), Float64Array.from(picture)));
}

function jacobianCheck(fn: FunctionName, inputs: Input[], seed: number): Check {
  const identity = `the result is log|det| of ${LAYERS[fn]}`;
  return propertyCheck({
    id: `jacobian-${fn}`,
    title: `${fn} agrees with ${fn === 'logDetPLU' ? 'the determinant of A' : 'the numeric Jacobian of the layer'}`,
    function: fn,
    praise: `${fn} agrees with log|det| of ${LAYERS[fn]}.`,
    cases: inputs.map((input) => {
      // Kept: it is the same for every submission.
      let truth: number | undefined;
      return {
        id: input.id,
        title: input.title,
        calls: [{ id: 'value', call: call(fn, input) }],
        deviations: ({ value }) => {
          truth ??= eliminated(fn, input, seed);
          const own = scalar(value);
          if (Number.isNaN(own)) return 'the result is not a number.';
          const allowance = allowed([own], copies(fn, input) * termSize(input));
          return [{ identity, error: Math.abs(own - truth), bound: allowance }];
        },
      };
    }),
  });
}

/** Other permutations, triangular factors, orders and signs: the determinant keeps its size. */
function invarianceCase(seed: number, input: Input): PropertyCase {
  const others = rearrangements(seed, input);
  return {
    id: input.id,
    title: input.title,
    calls: [
      { id: 'value', call: call('logDetPLU', input) },
      ...others.map(({ id, kernel }) => ({ id, call: call('logDetPLU', { ...input, ...kernel }) })),
    ],
    deviations: (results) => {
      const value = scalar(results.value);
      return others.map(({ id, title }) => {
        const other = scalar(results[id]);
        const identity = `${title} changes nothing`;
        return { identity, error: Math.abs(other - value), bound: allowed([value, other], termSize(input)) };
      });
    },
  };
}

/** The student's own three functions beside each other. */
function agreementCase(input: Input): PropertyCase {
  const { id, title, m, n } = input;
  return {
    id,
    title,
    calls: [
      { id: 'kernel', call: call('logDetPLU', input) },
      { id: 'layer', call: call('logDetConv1x1', input) },
      { id: 'turned', call: call('logDetConv1x1', { ...input, m: n, n: m }) },
      { id: 'coupling', call: call('logDetCouplingConv1x1', input) },
    ],
    deviations: (results) => {
      const [kernel, layer, turned, coupling] = ['kernel', 'layer', 'turned', 'coupling'].map((name) =>
        scalar(results[name]),
      ) as [number, number, number, number];
      const limit = allowed([kernel, layer, turned, coupling], m * n * termSize(input));
      return [
        {
          identity: 'logDetConv1x1 = m·n · logDetPLU, by your own functions',
          error: Math.abs(layer - m * n * kernel),
          bound: limit,
        },
        {
          identity: 'logDetConv1x1 stays the same where height and width are exchanged',
          error: Math.abs(layer - turned),
          bound: limit,
        },
        {
          identity: 'logDetCouplingConv1x1 = logDetConv1x1, by your own functions',
          error: Math.abs(coupling - layer),
          bound: limit,
        },
      ];
    },
  };
}

/** What does not hold between several functions is told of all of them: any may be the wrong one. */
function asYourFunctions(check: Check): Check {
  return {
    ...check,
    judge(input) {
      const verdict = check.judge(input);
      const told = new RegExp(`^${check.function} on (?=.*: it should hold that )`);
      return { ...verdict, summary: verdict.summary.replace(told, 'Your functions on ') };
    },
  };
}

export default defineExercise({
  id: 'flow-logdet',
  assignment: 'mathdnn-hw10',
  title: 'Log-determinants of 1×1 convolutions',
  functions: Object.fromEntries(FUNCTIONS.map((fn) => [fn, { module: MODULE, signature: SIGNATURES[fn] }])),

  checks(seed) {
    const ordinary = ordinaryInputs(seed);
    const extreme = extremeInputs(seed);
    const pick = (...ids: string[]): Input[] => ordinary.filter(({ id }) => ids.includes(id));
    const [first] = ordinary as [Input];
    // Of the same shape: what is kept by shape shows.
    const other = randomInput(seed, 'between', '', [3, 5, 2]);
    return [
      ...FUNCTIONS.flatMap((fn) => [
        valuesCheck({ id: `values-${fn}`, title: TITLES[fn], function: fn, cases: valueCases(fn, ordinary) }),
        valuesCheck({
          id: `extreme-${fn}`,
          title: `${TITLES[fn]}, at the ends of the range`,
          function: fn,
          cases: valueCases(fn, extreme),
          praise: `${fn} stays finite and right where the product of the sᵢ does not.`,
        }),
        jacobianCheck(fn, pick('three', 'unpermuted', 'one-channel', 'column'), seed),
      ]),
      propertyCheck({
        id: 'invariance-logDetPLU',
        title: 'Permutations, triangular factors and signs change nothing',
        function: 'logDetPLU',
        praise: 'Your result does not depend on P, L, U, the order of s or its signs.',
        cases: pick('three', 'tall').map((input) => invarianceCase(seed, input)),
      }),
      asYourFunctions(
        propertyCheck({
          id: 'agreement',
          title: 'The three functions belong together',
          function: 'logDetCouplingConv1x1',
          praise: 'Your three functions agree with each other.',
          cases: pick('three', 'one-pixel', 'one-channel').map(agreementCase),
        }),
      ),
      purityCheck({
        id: 'purity',
        title: 'Same arguments, same result; arguments stay as they are',
        function: 'logDetPLU',
        cases: FUNCTIONS.map((fn) => ({
          id: fn,
          title: `two calls of ${fn}`,
          call: call(fn, first),
          between: call(fn, other),
        })),
      }),
    ];
  },
});
