import { type GradientCase, gradientChecks } from '../../../harness/checks/gradient.ts';
import { propertyCheck } from '../../../harness/checks/property.ts';
import { purityCheck } from '../../../harness/checks/purity.ts';
import { asArrayOf, valuesCheck } from '../../../harness/checks/values.ts';
import type { Call } from '../../../harness/model/call.ts';
import { type Check, defineExercise } from '../../../harness/model/exercise.ts';
import { NdArray } from '../../../harness/model/value.ts';
import { scale } from '../../../harness/numerics/linalg.ts';
import { derive } from '../../../harness/numerics/random.ts';

const MODULE = 'exercise1';

/** Arguments of the mixture: alpha [m], mu [m,c], sigma [m], t [c]; logits [m] belong to `dErrorDLogits` alone. */
interface Input {
  id: string;
  /** Reads well after "on". */
  title: string;
  alpha: NdArray;
  logits: NdArray;
  mu: NdArray;
  sigma: NdArray;
  t: NdArray;
}

const FUNCTIONS = ['mdnError', 'posterior', 'dErrorDAlpha', 'dErrorDMu', 'dErrorDLogits'] as const;
type FunctionName = (typeof FUNCTIONS)[number];

function call(fn: FunctionName, { alpha, logits, mu, sigma, t }: Input): Call {
  return { module: MODULE, fn, args: [fn === 'dErrorDLogits' ? logits : alpha, mu, sigma, t] };
}

/** An ordinary mixture: alpha is free, so it does not add up to 1. */
function ordinary(seed: number, id: string, title: string, m: number, c: number): Input {
  const random = derive(seed, `mdn-gradients/${id}`);
  return {
    id,
    title,
    alpha: random.uniforms([m], 0.2, 1.5),
    logits: random.normals([m]),
    mu: random.normals([m, c]),
    sigma: random.uniforms([m], 0.6, 1.8),
    t: random.normals([c]),
  };
}

function ordinaryInputs(seed: number): Input[] {
  return [
    ordinary(seed, 'three', 'three components in two dimensions', 3, 2),
    ordinary(seed, 'single', 'a single component in one dimension (m = 1, c = 1)', 1, 1),
    ordinary(seed, 'line', 'five components in one dimension (c = 1)', 5, 1),
    ordinary(seed, 'alone', 'one component in four dimensions (m = 1)', 1, 4),
    ordinary(seed, 'many', 'eight components in three dimensions', 8, 3),
  ];
}

/** Inputs at the ends of the range that the contract allows. Every true result is an ordinary finite number. */
function extremeInputs(seed: number): Input[] {
  const base = (id: string, title: string, m = 4, c = 2): Input => ordinary(seed, `extreme-${id}`, title, m, c);
  const withEntries = (array: NdArray, entries: Record<number, number>): NdArray => {
    const data = Float64Array.from(array.data);
    for (const [i, value] of Object.entries(entries)) data[Number(i)] = value;
    return new NdArray(array.shape, data);
  };
  const far = base('far', 'a target 60 standard deviations away');
  const farther = base('farther', 'a target 300 standard deviations away');
  const farLine = base('far-line', 'a target 80 standard deviations away in one dimension', 3, 1);
  const farAlone = base('far-alone', 'one component, 80 standard deviations from the target', 1, 3);
  const narrow = base('narrow', 'components with a standard deviation of 0.001');
  const wide = base('wide', 'components with a standard deviation of 1,000');
  const zero = base('zero', 'two mixture coefficients that are exactly 0');
  const tiny = base('tiny', 'mixture coefficients between 1e-300 and 1e-290');
  const logits = base('logits', 'logits of ±900');
  return [
    { ...far, t: NdArray.of([60, -5]) },
    // Equal widths, so that the components stay comparable however far the target is.
    { ...farther, sigma: NdArray.of([1, 1, 1, 1]), mu: scale(farther.mu, 3e-3), t: NdArray.of([300, 3]) },
    { ...farLine, t: NdArray.of([80]) },
    { ...farAlone, t: NdArray.of([80, 0, -3]) },
    { ...narrow, sigma: scale(narrow.sigma, 1e-3), mu: scale(narrow.mu, 1e-3), t: scale(narrow.t, 0.05) },
    { ...wide, sigma: scale(wide.sigma, 1e3) },
    { ...zero, alpha: withEntries(zero.alpha, { 0: 0, 2: 0 }), logits: withEntries(zero.logits, { 0: -1e4, 2: -1e4 }) },
    { ...tiny, alpha: new NdArray([4], Float64Array.of(1e-300, 3e-295, 2e-290, 5e-291)) },
    { ...logits, logits: NdArray.of([900, -900, 899, 0]) },
    offAtTarget(seed),
  ];
}

const OFF_AT_TARGET = 'extreme-off-at-target';

/**
 * The component nearest to the target has αᵢ = 0, and the others are so far away that their densities vanish beside its own:
 * what is taken out before exp must be the largest αᵢφᵢ, not the largest φᵢ.
 */
function offAtTarget(seed: number): Input {
  const input = ordinary(
    seed,
    OFF_AT_TARGET,
    'a component at the target that is switched off (αᵢ = 0), others far away',
    3,
    2,
  );
  return {
    ...input,
    alpha: NdArray.of([0, 0.7, 0.4]),
    logits: NdArray.of([-1e4, 0.3, -0.2]),
    mu: NdArray.of([0.2, -0.1, 60, 1, 60, -1.02], [3, 2]),
    // Equal widths, so that the two that are far away stay comparable.
    sigma: NdArray.of([1, 1, 1]),
    t: scale(input.t, 0.1),
  };
}

/**
 * How much rounding the densities amplify: a difference of two exponents log φ carries their own size as an error, in
 * units of the last place, into every posterior.
 */
function condition({ mu, sigma, t }: Input): number {
  const [m, c] = mu.shape as [number, number];
  let largest = 1;
  for (let i = 0; i < m; i++) {
    let square = 0;
    for (let k = 0; k < c; k++) square += ((mu.data[i * c + k]! - t.data[k]!) / sigma.data[i]!) ** 2;
    largest = Math.max(largest, square / 2);
  }
  return largest;
}

function softmax(logits: NdArray): NdArray {
  const largest = Math.max(...logits.data);
  const weights = Float64Array.from(logits.data, (z) => Math.exp(z - largest));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return new NdArray(
    logits.shape,
    weights.map((weight) => weight / sum),
  );
}

/** The gradient of the student's own `mdnError` with respect to one argument, against the student's own formula. */
function gradientCase(fn: FunctionName, input: Input): GradientCase {
  const common = { id: input.id, title: input.title, analytic: { call: call(fn, input), parts: [[]] } };
  const error = (changed: Partial<Input>): Call => call('mdnError', { ...input, ...changed });
  if (fn === 'dErrorDAlpha') {
    // A quarter of the usual step keeps every coefficient positive.
    const point = [{ name: 'alpha', value: input.alpha }];
    return { ...common, point, scale: 0.25, forward: ([alpha]) => error({ alpha: alpha! }) };
  }
  if (fn === 'dErrorDMu') {
    return { ...common, point: [{ name: 'mu', value: input.mu }], scale: 0.5, forward: ([mu]) => error({ mu: mu! }) };
  }
  const point = [{ name: 'logits', value: input.logits }];
  return { ...common, point, forward: ([logits]) => error({ alpha: softmax(logits!) }) };
}

const FORMULAS: Record<FunctionName, string> = {
  mdnError: 'E = −log Σ αᵢφᵢ',
  posterior: 'πᵢ = αᵢφᵢ / Σ αⱼφⱼ',
  dErrorDAlpha: '∂E/∂αᵢ = −φᵢ / Σ αⱼφⱼ',
  dErrorDMu: '∂E/∂μᵢₖ = πᵢ (μᵢₖ − tₖ) / σᵢ²',
  dErrorDLogits: '∂E/∂zᵢ = αᵢ − πᵢ',
};

const RESULTS: Record<FunctionName, string> = {
  mdnError: 'scalar',
  posterior: 'Tensor /* [m] */',
  dErrorDAlpha: 'Tensor /* [m] */',
  dErrorDMu: 'Tensor /* [m,c] */',
  dErrorDLogits: 'Tensor /* [m] */',
};

export default defineExercise({
  id: 'mdn-gradients',
  assignment: 'tub-sheet10',
  title: 'Gradients of a mixture density network',
  functions: Object.fromEntries(
    FUNCTIONS.map((fn) => {
      const first = fn === 'dErrorDLogits' ? 'logits' : 'alpha';
      return [fn, { module: MODULE, signature: `${fn}(${first}, mu, sigma, t): ${RESULTS[fn]}` }];
    }),
  ),

  checks(seed) {
    const usual = ordinaryInputs(seed);
    const extreme = extremeInputs(seed);
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
        // ∂E/∂αᵢ = −φᵢ/p is beyond what a double holds where αᵢ = 0 and p vanishes beside φᵢ.
        cases: cases(fn, fn === 'dErrorDAlpha' ? extreme.filter(({ id }) => id !== OFF_AT_TARGET) : extreme),
        praise: `${fn} stays finite and right at the ends of the range.`,
      }),
    ]);

    const differentiable = usual.filter(({ id }) => id !== 'single');
    for (const fn of ['dErrorDAlpha', 'dErrorDMu', 'dErrorDLogits'] as const) {
      // Only the comparison with the student's own forward: that with the reference's gradient is `values-…`.
      const [own] = gradientChecks({
        seed,
        own: { id: `gradient-${fn}`, title: `${fn} fits your own mdnError` },
        reference: { id: `unused-${fn}`, title: '' },
        function: fn,
        cases: differentiable.map((input) => gradientCase(fn, input)),
      });
      checks.push(own);
    }

    checks.push(
      propertyCheck({
        id: 'sum-posterior',
        title: 'The posterior probabilities add up to 1',
        function: 'posterior',
        praise: 'The posterior probabilities add up to 1.',
        cases: [...usual, ...extreme.filter(({ id }) => id !== 'extreme-logits')].map((input) => ({
          id: input.id,
          title: input.title,
          calls: [{ id: 'posterior', call: call('posterior', input) }],
          deviations: ({ posterior }) => {
            const pi = asArrayOf(posterior!.value, input.alpha.shape);
            if (pi === undefined) return `the result is not a tensor of shape [${input.alpha.shape}].`;
            let sum = 0;
            for (const p of pi.data) sum += p;
            // 1e-6 leaves room for numbers stored as float32.
            return [{ identity: 'Σ πᵢ = 1', error: Math.abs(sum - 1), bound: 1e-6 }];
          },
        })),
      }),
      purityCheck({
        id: 'purity',
        title: 'Same arguments, same result; arguments stay as they are',
        function: 'mdnError',
        cases: FUNCTIONS.map((fn) => ({
          id: fn,
          title: `two calls of ${fn}`,
          call: call(fn, usual[0]!),
          between: call(fn, ordinary(seed, 'between', 'another mixture', 3, 2)),
        })),
      }),
    );
    return checks;
  },
});
