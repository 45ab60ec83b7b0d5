import { coerce } from '../../../harness/checks/coerce.ts';
import { formatIndex } from '../../../harness/checks/format.ts';
import { type Deviation, type PropertyCase, propertyCheck } from '../../../harness/checks/property.ts';
import { purityCheck } from '../../../harness/checks/purity.ts';
import { asArrayOf, DOUBLE, toleranceFor, valuesCheck } from '../../../harness/checks/values.ts';
import type { Call } from '../../../harness/model/call.ts';
import { defineExercise } from '../../../harness/model/exercise.ts';
import type { Success } from '../../../harness/model/observation.ts';
import { NdArray, type Value } from '../../../harness/model/value.ts';
import { indexOf, maxAbs } from '../../../harness/numerics/compare.ts';
import { extrapolate, roundOff, stepSizes } from '../../../harness/numerics/derivative.ts';
import { add } from '../../../harness/numerics/linalg.ts';
import { derive } from '../../../harness/numerics/random.ts';
import { extremeObjectives, type Input, positiveInputs, zeroInputs } from './inputs.ts';
import { criticError, marginals, productOfMarginals } from './truth.ts';

const MODULE = 'question4';

const objective = (f: NdArray, joint: NdArray): Call => ({ module: MODULE, fn: 'dvObjective', args: [f, joint] });
const critic = ({ joint }: Input): Call => ({ module: MODULE, fn: 'optimalCritic', args: [joint] });
const divergence = ({ joint }: Input): Call => ({ module: MODULE, fn: 'klDivergence', args: [joint] });

type Called = Record<string, Success>;

/** A critic as an array [m,n], or in words why it is none: a wrong shape, or NaN, or infinite where it may not be. */
function readCritic(value: Value, joint: NdArray): NdArray | string {
  const result = coerce(value, joint.shape);
  if (!result.ok) return result.problem;
  const { data } = result.array;
  for (let cell = 0; cell < data.length; cell++) {
    const entry = data[cell]!;
    const low = entry === Number.NEGATIVE_INFINITY && joint.data[cell] === 0;
    if (Number.isFinite(entry) || low) continue;
    return `it gives ${entry}${formatIndex(indexOf(cell, joint.shape))}, where the joint probability is ${joint.data[cell]}.`;
  }
  return result.array;
}

/** The student's own critic as the argument of a later call; zeros where it is no critic, which is then said. */
function ownCritic(before: Called, joint: NdArray): NdArray {
  return asArrayOf(before.critic!.value, joint.shape) ?? NdArray.zeros(joint.shape);
}

/** Results as numbers; NaN for those that are none. */
function scalars(...results: (Success | undefined)[]): NdArray {
  return NdArray.of(results.map((result) => asArrayOf(result?.value, [])?.data[0] ?? Number.NaN));
}

/** The entries that count: what stands in for −∞ elsewhere is a matter of taste. */
const supported = (f: NdArray, joint: NdArray): NdArray => NdArray.of(f.data.filter((_, i) => joint.data[i]! > 0));

function criticCase(input: Input): PropertyCase {
  const { id, title, joint } = input;
  return {
    id,
    title,
    calls: [{ id: 'critic', call: critic(input) }],
    deviations: (results) => {
      const f = readCritic(results.critic!.value, joint);
      if (typeof f === 'string') return f;
      const { onSupport, leaked } = criticError(f, joint);
      const counting = supported(f, joint);
      const { rtol, atol } = toleranceFor(counting, DOUBLE);
      const found: Deviation[] = [
        {
          identity: 'f* = log(P_XZ / (P_X P_Z)) + a constant',
          error: onSupport,
          // The entries' own size, constant included: that is what they were rounded at.
          bound: atol + rtol * Math.max(1, maxAbs(counting.data)),
          evidence: evidenceOf(f, joint),
        },
      ];
      if (joint.data.some((p) => p === 0)) {
        found.push({
          identity: 'e^f* = 0 where the joint probability is 0 (summed with the weights P_X P_Z)',
          error: leaked,
          // J is too small by this much: eight digits, as in every other value.
          bound: DOUBLE.rtol,
          evidence: evidenceOf(f, joint),
        });
      }
      return found;
    },
  };
}

const MATRIX_SIDE = 8;

/** Both critics without their constants, side by side. */
function evidenceOf(f: NdArray, joint: NdArray): Deviation['evidence'] {
  const [m, n] = joint.shape as [number, number];
  if (m > MATRIX_SIDE || n > MATRIX_SIDE) return [];
  const product = productOfMarginals(joint).data;
  const { constant } = criticError(f, joint);
  const rows = (entry: (cell: number) => number): number[][] =>
    Array.from({ length: m }, (_, i) => Array.from({ length: n }, (_, j) => entry(i * n + j)));
  return [
    { kind: 'matrix', title: 'Expected', rows: rows((cell) => Math.log(joint.data[cell]! / product[cell]!)) },
    { kind: 'matrix', title: 'Got, without its constant', rows: rows((cell) => f.data[cell]! - constant) },
  ];
}

/**
 * A random critic, shifted so that log Σ e^f P_X P_Z is −4. J does not see the shift; a wrong objective, such as one with another
 * base, does, and always to the same side.
 */
function shifted({ f, joint }: Input): NdArray {
  const { rows, columns } = marginals(joint);
  const n = columns.length;
  let mean = 0;
  for (const [k, value] of f.data.entries()) mean += Math.exp(value) * rows[Math.floor(k / n)]! * columns[k % n]!;
  return new NdArray(
    f.shape,
    f.data.map((value) => value - Math.log(mean) - 4),
  );
}

/** J of the student's own critic is the student's own divergence, and no other critic gets beyond it. */
function attainedCase(input: Input): PropertyCase {
  const { id, title, joint } = input;
  const other = shifted(input);
  return {
    id,
    title,
    calls: [
      { id: 'critic', call: critic(input) },
      { id: 'value', call: (before) => objective(ownCritic(before, joint), joint) },
      { id: 'divergence', call: divergence(input) },
      { id: 'other', call: objective(other, joint) },
    ],
    deviations: ({ critic, value, divergence, other: result }) => {
      const f = readCritic(critic!.value, joint);
      if (typeof f === 'string') return f;
      const results = scalars(value, divergence, result);
      const [J, kl, lower] = results.data as unknown as [number, number, number];
      const { rtol, atol } = toleranceFor(results, DOUBLE);
      // J is a difference of terms of the critic's size.
      const bound = atol + rtol * Math.max(1, Math.abs(kl), maxAbs(supported(f, joint).data));
      return [
        { identity: 'J(f*) = KL(P_XZ ‖ P_X P_Z) for your own f*, J and KL', error: Math.abs(J - kl), bound },
        {
          identity: 'J(f) ≤ KL(P_XZ ‖ P_X P_Z) for another critic f',
          error: lower <= kl ? 0 : lower - kl,
          bound: bound + rtol * maxAbs(other.data),
        },
      ];
    },
  };
}

const DIRECTIONS = ['first', 'second'] as const;
/**
 * The slope of J at the optimum is 0; along a direction of standard normal entries another critic has a slope of some
 * tenths. 1e-7 is far below that, and above what rounding leaves.
 */
const SLOPE_BOUND = 1e-7;
/** Slopes that are less certain than this show nothing. */
const TOO_NOISY = 1e-3;

/** The directional derivatives of the student's own objective at the student's own critic. */
function stationaryCase(seed: number, input: Input): PropertyCase {
  const { id, title, joint } = input;
  const steps = stepSizes(1);
  const probes = DIRECTIONS.flatMap((name) => {
    const d = derive(seed, `dv-optimum/direction/${id}/${name}`).normals(joint.shape);
    return steps.flatMap((h, k) =>
      ([1, -1] as const).map((sign) => ({
        id: `${name}.${k}.${sign > 0 ? 'plus' : 'minus'}`,
        call: (before: Called): Call => objective(add(ownCritic(before, joint), d, sign * h), joint),
      })),
    );
  });
  return {
    id,
    title,
    calls: [{ id: 'critic', call: critic(input) }, ...probes],
    deviations: (results) => {
      const f = readCritic(results.critic!.value, joint);
      if (typeof f === 'string') return f;
      const values = scalars(...probes.map((probe) => results[probe.id]));
      if (!values.data.every(Number.isFinite)) return 'dvObjective is not a finite number near your critic.';
      const counting = supported(f, joint);
      const size = maxAbs(counting.data);
      const quantised = values.data.every((value) => Math.fround(value) === value);
      const noise = roundOff(Math.max(1, maxAbs(values.data), size), quantised);
      // A critic that was stored as float32 is off by some units of its last place, and the slope with it.
      const bound = SLOPE_BOUND + (toleranceFor(counting, DOUBLE).rtol > DOUBLE.rtol ? size * 2 ** -20 : 0);
      const slopes = DIRECTIONS.map((name, which) => {
        const samples = steps.map((h, k) => {
          const at = 2 * (which * steps.length + k);
          return { h, plus: values.data[at]!, minus: values.data[at + 1]! };
        });
        return { name, ...extrapolate(samples, noise) };
      });
      // First, because a bound as wide as the noise would accept any critic.
      if (!slopes.every(({ error }) => error <= TOO_NOISY)) {
        return 'dvObjective is not smooth near your critic, or differs from call to call, so its slope cannot be measured.';
      }
      return slopes.map(({ name, value, error }) => ({
        identity: `the slope of J at f* in the ${name} random direction is 0`,
        error: Math.abs(value),
        bound: bound + 10 * error,
      }));
    },
  };
}

const SHIFTS = [3, -40] as const;

function shiftCase({ id, title, f, joint }: Input): PropertyCase {
  const shifted = (by: number): NdArray => add(f, new NdArray(f.shape, new Float64Array(f.data.length).fill(1)), by);
  return {
    id,
    title,
    calls: [
      { id: 'value', call: objective(f, joint) },
      ...SHIFTS.map((by, i) => ({ id: `shifted${i}`, call: objective(shifted(by), joint) })),
    ],
    deviations: (results) => {
      const values = scalars(results.value, ...SHIFTS.map((_, i) => results[`shifted${i}`]));
      const { rtol, atol } = toleranceFor(values, DOUBLE);
      return SHIFTS.map((by, i) => ({
        identity: `J(f ${by < 0 ? '−' : '+'} ${Math.abs(by)}) = J(f)`,
        error: Math.abs(values.data[i + 1]! - values.data[0]!),
        bound: atol + rtol * (Math.abs(by) + maxAbs(f.data)),
      }));
    },
  };
}

export default defineExercise({
  id: 'dv-optimum',
  assignment: 'image-registration',
  title: 'The optimum of the Donsker–Varadhan bound',
  functions: {
    dvObjective: { module: MODULE, signature: 'dvObjective(f: Tensor /* [m,n] */, joint: Tensor /* [m,n] */): scalar' },
    optimalCritic: { module: MODULE, signature: 'optimalCritic(joint: Tensor /* [m,n] */): Tensor /* [m,n] */' },
    klDivergence: { module: MODULE, signature: 'klDivergence(joint: Tensor /* [m,n] */): scalar' },
  },

  checks(seed) {
    const positive = positiveInputs(seed);
    const zero = zeroInputs(seed);
    const pick = (...ids: string[]): Input[] => [...positive, ...zero].filter(({ id }) => ids.includes(id));
    const objectives = (inputs: Input[]) =>
      inputs.map(({ id, title, f, joint }) => {
        // J is a difference of two terms of the critic's size.
        const bound = { condition: Math.max(1, maxAbs(f.data)) };
        return { id, title, call: objective(f, joint), bound };
      });
    const divergences = (inputs: Input[]) =>
      inputs.map((input) => ({ id: input.id, title: input.title, call: divergence(input) }));
    const [first, , square] = positive as [Input, Input, Input];

    return [
      valuesCheck({
        id: 'values-dvObjective',
        title: 'J(f) = Σ f·P_XZ − log Σ e^f·P_X P_Z',
        function: 'dvObjective',
        cases: objectives(positive),
      }),
      valuesCheck({
        id: 'extreme-dvObjective',
        title: 'J(f) for large critics and cells of probability 0',
        function: 'dvObjective',
        cases: objectives(extremeObjectives(seed)),
        praise: 'dvObjective stays finite and right for large critics and cells of probability 0.',
      }),
      propertyCheck({
        id: 'shift',
        title: 'A constant added to the critic changes nothing',
        function: 'dvObjective',
        praise: 'J(f + c) = J(f).',
        cases: pick('three-by-four', 'tall').map(shiftCase),
      }),
      propertyCheck({
        id: 'critic',
        title: 'f* = log(P_XZ / (P_X P_Z)) up to a constant',
        function: 'optimalCritic',
        praise: 'optimalCritic is right on every input, up to a constant.',
        cases: positive.map(criticCase),
      }),
      propertyCheck({
        id: 'critic-zero-cells',
        title: 'f* where cells have probability 0',
        function: 'optimalCritic',
        praise: 'optimalCritic is right also where cells have probability 0.',
        cases: zero.map(criticCase),
      }),
      valuesCheck({
        id: 'values-klDivergence',
        title: 'KL(P_XZ ‖ P_X P_Z)',
        function: 'klDivergence',
        cases: divergences(positive),
      }),
      valuesCheck({
        id: 'zero-cells-klDivergence',
        title: 'KL(P_XZ ‖ P_X P_Z) where cells have probability 0',
        function: 'klDivergence',
        cases: divergences(zero),
        praise: 'klDivergence is right also where cells have probability 0: 0·log 0 = 0.',
      }),
      propertyCheck({
        id: 'attained',
        title: 'J(f*) = KL(P_XZ ‖ P_X P_Z), and no other critic gets beyond',
        function: 'optimalCritic',
        praise: 'The bound is attained at your critic: J(f*) = KL, and J(f) ≤ KL for others.',
        cases: pick('three-by-four', 'tall', 'row', 'zeros', 'coupling').map(attainedCase),
      }),
      propertyCheck({
        id: 'stationary',
        title: 'The slope of J at f* is 0 in random directions',
        function: 'optimalCritic',
        praise: 'The slope of your J at your f* vanishes in random directions.',
        cases: pick('three-by-four', 'tall', 'nearly').map((input) => stationaryCase(seed, input)),
      }),
      purityCheck({
        id: 'purity',
        title: 'Same arguments, same result; arguments stay as they are',
        function: 'dvObjective',
        cases: [
          {
            id: 'dvObjective',
            title: 'two calls of dvObjective',
            call: objective(first.f, first.joint),
            between: objective(square.f, square.joint),
          },
          {
            id: 'optimalCritic',
            title: 'two calls of optimalCritic',
            call: critic(first),
            between: critic(square),
          },
          {
            id: 'klDivergence',
            title: 'two calls of klDivergence',
            call: divergence(first),
            between: divergence(square),
          },
        ],
      }),
    ];
  },
});
