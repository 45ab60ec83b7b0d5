import { gradientChecks } from '../../../harness/checks/gradient.ts';
import { purityCheck } from '../../../harness/checks/purity.ts';
import { DOUBLE, valuesCheck } from '../../../harness/checks/values.ts';
import type { Call } from '../../../harness/model/call.ts';
import type { Check } from '../../../harness/model/exercise.ts';
import type { Outcome } from '../../../harness/model/observation.ts';
import { NdArray } from '../../../harness/model/value.ts';
import { elboTerms } from './elbo.ts';
import { drawElbo, type ElboInput } from './inputs.ts';

const elbo = (module: string, { x, xHat, mu, logVar }: ElboInput): Call => ({
  module,
  fn: 'negativeElbo',
  args: [x, xHat, mu, logVar],
});

const reparameterize = (module: string, { mu, logVar, eps }: ElboInput): Call => ({
  module,
  fn: 'reparameterize',
  args: [mu, logVar, eps],
});

/** The checks of the two formulas that need no network. */
export function formulaChecks(seed: number, module: string): Check[] {
  return [...reparameterizeChecks(seed, module), ...elboChecks(seed, module)];
}

function reparameterizeChecks(seed: number, module: string): Check[] {
  const single = drawElbo(seed, 'code-single', 'one code of one number', { n: 1, k: 1 });
  const several = drawElbo(seed, 'code-several', '4 codes of 6 numbers', { n: 4, k: 6 });
  const wide = drawElbo(seed, 'code-wide', 'variances from e⁻³⁰ to e⁻¹⁰', { n: 2, k: 5, logVar: [-30, -10] });
  const large = drawElbo(seed, 'code-large', 'variances from e¹⁰ to e³⁰', { n: 3, k: 4, logVar: [10, 30] });
  const still = { ...several, id: 'code-still', title: 'no noise', eps: NdArray.zeros(several.eps.shape) };
  return [
    valuesCheck({
      id: 'reparameterize',
      title: 'z = μ + e^(logVar/2) · ε',
      function: 'reparameterize',
      bound: { ...DOUBLE, scale: 'entry', atol: 1e-12 },
      cases: [single, several, wide, large, still].map((input) => ({
        ...{ id: input.id, title: input.title, call: reparameterize(module, input) },
        // Sums of numbers of opposite signs lose some digits, at most all but a few of sixteen.
        bound: { condition: 1e3 },
      })),
      praise: 'Codes are drawn as they should be, for small and for large variances.',
    }),
    purityCheck({
      id: 'reparameterize-purity',
      title: 'Same arguments, same code; arguments stay as they are',
      function: 'reparameterize',
      cases: [
        {
          ...{ id: 'several', title: 'two calls on 4 codes', call: reparameterize(module, several) },
          between: reparameterize(module, single),
        },
      ],
    }),
  ];
}

function elboChecks(seed: number, module: string): Check[] {
  const single = drawElbo(seed, 'single', 'one picture and a code of one number', { n: 1, k: 1 });
  const several = drawElbo(seed, 'several', '3 pictures and codes of 5 numbers', { n: 3, k: 5 });
  const pair = drawElbo(seed, 'pair', '2 pictures and codes of 4 numbers', { n: 2, k: 4 });
  const long = drawElbo(seed, 'long', '2 pictures and codes of 100 numbers', { n: 2, k: 100 });
  const narrow = drawElbo(seed, 'narrow', 'variances from e⁻⁶⁰ to e⁻²⁰', { n: 2, k: 6, logVar: [-60, -20] });
  const large = drawElbo(seed, 'large', 'variances from e¹⁰ to e²⁰ and means of some hundreds', {
    ...{ n: 2, k: 6, logVar: [10, 20], mu: 300 },
  });
  const divergence = { ...several, id: 'divergence', title: 'guesses that are right', xHat: several.x };
  const misfit = {
    ...{ ...several, id: 'misfit', title: 'codes as in the prior' },
    ...{ mu: NdArray.zeros(several.mu.shape), logVar: NdArray.zeros(several.mu.shape) },
  };
  const nothing = { ...misfit, id: 'nothing', title: 'right guesses and codes as in the prior', xHat: several.x };
  const inputs = [single, several, long, divergence, misfit, nothing, narrow, large];
  const point = (input: ElboInput) => [
    { name: 'xHat', value: input.xHat },
    { name: 'mu', value: input.mu },
    { name: 'logVar', value: input.logVar },
  ];
  return [
    knowingItsWidth(
      valuesCheck({
        id: 'elbo',
        title: '‖x − x̂‖²/2 + KL(N(μ, e^logVar) ‖ N(0, I)), averaged over the batch',
        function: 'negativeElbo',
        cases: inputs.map((input) => ({
          ...{ id: input.id, title: input.title, call: elbo(module, input) },
        })),
        praise: 'Both terms have the right values, in batches of any size.',
      }),
      inputs,
    ),
    ...gradientChecks({
      seed,
      function: 'negativeElbo',
      own: { id: 'elbo-gradient-own', title: 'The gradient is the slope of your own negative ELBO' },
      reference: { id: 'elbo-gradient', title: 'The gradient in x̂, μ and logVar' },
      cases: [single, pair].map((input) => ({
        ...{ id: input.id, title: input.title, point: point(input) },
        forward: (at) => elbo(module, { ...input, xHat: at[0]!, mu: at[1]!, logVar: at[2]! }),
        analytic: { wrt: [[1], [2], [3]] },
      })),
    }),
    purityCheck({
      id: 'elbo-purity',
      title: 'Same arguments, same value; arguments stay as they are',
      function: 'negativeElbo',
      cases: [
        { id: 'pair', title: 'two calls on 2 pictures', call: elbo(module, pair), between: elbo(module, several) },
      ],
    }),
  ];
}

/** Says where the divergence is right for codes of one width only, whatever width that is: programs have one each. */
function knowingItsWidth(check: Check, inputs: ElboInput[]): Check {
  return {
    ...check,
    judge(context) {
      const verdict = check.judge(context);
      if (verdict.status !== 'wrong-answer') return verdict;
      const values = inputs.map(({ id }) => context.submission[`${check.id}/${id}`]?.value);
      const width = ownWidth(inputs, values);
      if (width === undefined) return verdict;
      return {
        ...verdict,
        mistake: {
          id: 'kl-of-own-width',
          message:
            'The KL term is averaged over the numbers of the code and multiplied by a number of its own; it is their sum.',
          hint: 'Add up over the codes, and divide by the number of pictures: then the formula holds for codes of any length.',
        },
      };
    },
  };
}

/** The number that takes the place of k in every divergence, where there is one. */
function ownWidth(inputs: ElboInput[], values: (Outcome | undefined)[]): number | undefined {
  const widths: number[] = [];
  for (const [i, { x, xHat, mu, logVar }] of inputs.entries()) {
    const value = scalarOf(values[i]);
    if (value === undefined) return undefined;
    const k = mu.shape[1]!;
    const { misfit, divergence } = elboTerms(x, xHat, { mu, logVar, k });
    if (divergence > 0) widths.push((k * (value - misfit)) / divergence);
  }
  const [first] = widths;
  if (first === undefined || !(Math.abs(first) > 1e-3)) return undefined;
  return widths.every((width) => Math.abs(width - first) <= 1e-5 * Math.abs(first)) ? first : undefined;
}

function scalarOf(outcome: Outcome | undefined): number | undefined {
  if (outcome?.status !== 'ok') return undefined;
  const { value } = outcome;
  if (typeof value === 'number') return value;
  return value instanceof NdArray && value.data.length === 1 ? value.data[0] : undefined;
}
