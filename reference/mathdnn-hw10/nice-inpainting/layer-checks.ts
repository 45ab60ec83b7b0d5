import { coerce, select } from '../../../harness/checks/coerce.ts';
import { type Deviation, type Problem, type PropertyCase, propertyCheck } from '../../../harness/checks/property.ts';
import { asArrayOf, valuesCheck } from '../../../harness/checks/values.ts';
import type { Call } from '../../../harness/model/call.ts';
import type { Check } from '../../../harness/model/exercise.ts';
import type { NdArray, Value } from '../../../harness/model/value.ts';
import { isFloat32Quantised, maxAbs } from '../../../harness/numerics/compare.ts';
import { logAbsDeterminant } from '../../../harness/numerics/linalg.ts';
import { derive } from '../../../harness/numerics/random.ts';
import { call } from './calls.ts';
import { drawLayers, drawPoints, type Points, rowsOf } from './inputs.ts';
import { differenceRows, jacobianOf } from './jacobian.ts';
import type { Layer } from './weights-file.ts';

/** Of doubles that went through a layer and back: 1e-16 times the size of the numbers, and a good deal for the algorithm. */
const ROUND_TRIP = 1e-9;
/**
 * Central differences with steps of 2^-9 are exact for what is linear between kinks, but for a rounding of 1e-16 / 2^-9 an entry
 * (6e-8 / 2^-9 where numbers are kept as float32). A wrong determinant is off by the size of the scale's entries, 0.1 and more.
 */
const LOG_DET_BOUND = 1e-7;
const LOG_DET_BOUND_32 = 1e-2;
/** Of float32 numbers that went there and back. */
const ROUND_TRIP_32 = 1e-5;

type Mask = 0 | 1;

interface CouplingInput {
  id: string;
  title: string;
  layers: Layer[];
  x: NdArray;
  mask: Mask;
  reverse: boolean;
}

const couplingCall = ({ layers, x, mask, reverse }: CouplingInput): Call => call('coupling', layers, x, mask, reverse);

function couplingInputs(seed: number): CouplingInput[] {
  const input = (
    id: string,
    title: string,
    [n, D]: [number, number],
    hidden: number[],
    mask: Mask,
    reverse: boolean,
  ): CouplingInput => {
    const random = derive(seed, `nice-inpainting/coupling/${id}`);
    return { id, title, layers: drawLayers(random, D / 2, hidden), x: random.normals([n, D]), mask, reverse };
  };
  return [
    input('mask-1', 'maskConfig 1, forward', [4, 6], [5], 1, false),
    input('mask-0', 'maskConfig 0, forward', [4, 6], [5], 0, false),
    input('mask-1-reverse', 'maskConfig 1, reverse', [3, 8], [5], 1, true),
    input('mask-0-reverse', 'maskConfig 0, reverse', [3, 8], [5], 0, true),
    input('one-row', 'a single row (n = 1)', [1, 6], [7], 1, false),
    input('one-pair', 'a single pair (D = 2), maskConfig 0', [5, 2], [4], 0, false),
    input('smallest', 'one row of one pair (n = 1, D = 2), reverse', [1, 2], [3], 1, true),
    input('linear', 'a network of a single layer, which has no ReLU', [4, 6], [], 1, false),
    input('deep', 'a network of five layers', [4, 6], [6, 5, 7, 4], 0, false),
  ];
}

interface ScalingInput {
  id: string;
  title: string;
  scale: NdArray;
  x: NdArray;
  reverse: boolean;
}

function scalingInputs(seed: number): ScalingInput[] {
  const input = (id: string, title: string, [n, D]: [number, number], range: [number, number], reverse: boolean) => {
    const random = derive(seed, `nice-inpainting/scaling/${id}`);
    for (;;) {
      const scale = random.uniforms([D], ...range);
      // A sum that is no rounding error of its terms, for programs that keep numbers as float32.
      const sum = Array.from(scale.data).reduce((total, s) => total + s, 0);
      if (Math.abs(sum) > 0.5) return { id, title, scale, x: random.normals([n, D]), reverse };
    }
  };
  return [
    input('forward', 'forward', [4, 6], [-0.5, 1.2], false),
    input('reverse', 'reverse', [4, 6], [-0.5, 1.2], true),
    input('one-row', 'a single row (n = 1)', [1, 8], [-1.5, 0.5], false),
    input('one-pair', 'D = 2, reverse', [3, 2], [0.3, 1], true),
    input('large', 'entries of the scale up to ±30', [2, 4], [-30, 30], false),
  ];
}

/** The checks of `coupling` and `scaling`, each for itself. */
export function layerChecks(seed: number): Check[] {
  const couplings = couplingInputs(seed);
  const scalings = scalingInputs(seed);
  const small = (id: string, D: number): Points =>
    drawPoints(seed, `jacobian-${id}`, `D = ${D}`, { D, hidden: [5], n: 1 });
  return [
    valuesCheck({
      id: 'values-coupling',
      title: 'coupling: one of each pair plus (in reverse minus) the network of the other',
      function: 'coupling',
      cases: couplings.map((input) => ({ id: input.id, title: input.title, call: couplingCall(input) })),
    }),
    propertyCheck({
      id: 'structure-coupling',
      title: 'coupling: reverse undoes it, one of each pair passes, and its Jacobian has determinant 1',
      function: 'coupling',
      praise: 'Your own layer is undone by its reverse, and has a Jacobian of determinant 1.',
      cases: [
        ...couplings.filter(({ reverse }) => !reverse).map(roundTripOfCoupling),
        ...[2, 4, 6].flatMap((D) =>
          ([1, 0] as Mask[]).map((mask) => jacobianOfCoupling(small(`${D}-${mask}`, D), mask)),
        ),
      ],
    }),
    valuesCheck({
      id: 'values-scaling',
      title: 'scaling: x·exp(±s), and logDet = Σ s in both directions',
      function: 'scaling',
      cases: scalings.map(({ id, title, scale, x, reverse }) => ({
        ...{ id, title, call: call('scaling', scale, x, reverse) },
        bound: { scale: 'entry' as const, condition: 40 },
      })),
      parts: [
        { path: ['x'], name: 'x' },
        { path: ['logDet'], name: 'logDet' },
      ],
    }),
    propertyCheck({
      id: 'structure-scaling',
      title: 'scaling: reverse undoes it, and logDet is that of the Jacobian of the way forward',
      function: 'scaling',
      praise: 'Your own layer is undone by its reverse, and logDet agrees with its numeric Jacobian.',
      cases: [2, 4, 6].map((D) => jacobianOfScaling(small(`scaling-${D}`, D))),
    }),
  ];
}

function roundTripOfCoupling(input: CouplingInput): PropertyCase {
  const { x, mask } = input;
  return {
    id: input.id,
    title: input.title,
    calls: [
      { id: 'there', call: couplingCall(input) },
      {
        id: 'back',
        call: ({ there }) => couplingCall({ ...input, x: asArrayOf(there!.value, x.shape) ?? x, reverse: true }),
      },
    ],
    deviations: ({ there, back }) => {
      const [y, again] = [coerce(there!.value, x.shape), coerce(back!.value, x.shape)];
      if (!y.ok) return y.problem;
      if (!again.ok) return again.problem;
      // maskConfig 1 sends the second of each pair through the network and leaves it as it is.
      const passing = mask === 1 ? 'second' : 'first';
      const kept = gap(y.array, x, (k) => k % 2 === mask);
      return [
        { identity: 'reverse gives back x', error: gap(again.array, x), bound: roundTrip(again.array) },
        { identity: `the ${passing} of each pair passes unchanged`, error: kept, bound: roundTrip(y.array) },
      ];
    },
  };
}

function jacobianOfCoupling({ model, x, title }: Points, mask: Mask): PropertyCase {
  const rows = differenceRows(rowsOf(x)[0]!);
  const layers = model.couplings[0]!;
  return {
    id: `jacobian-${mask}-${x.shape[1]}`,
    title: `${title}, maskConfig ${mask}`,
    calls: ([false, true] as const).map((reverse) => ({
      id: reverse ? 'reverse' : 'forward',
      call: call('coupling', layers, rows, mask, reverse),
    })),
    deviations: ({ forward, reverse }) =>
      collect(
        logDetOf(forward!.value, rows, (found, bound) => ({
          identity: 'log |det ∂y/∂x| of the layer is 0',
          error: Math.abs(found),
          bound,
        })),
        logDetOf(reverse!.value, rows, (found, bound) => ({
          identity: 'log |det ∂x/∂y| of its reverse is 0',
          error: Math.abs(found),
          bound,
        })),
      ),
  };
}

function jacobianOfScaling({ model, x, title }: Points): PropertyCase {
  const rows = differenceRows(rowsOf(x)[0]!);
  const { scale } = model;
  return {
    id: `jacobian-${x.shape[1]}`,
    title,
    calls: [
      { id: 'forward', call: call('scaling', scale, rows, false) },
      { id: 'reverse', call: call('scaling', scale, rows, true) },
      {
        id: 'back',
        call: ({ forward }) =>
          call('scaling', scale, asArrayOf(select(forward!.value, ['x']), rows.shape) ?? rows, true),
      },
    ],
    deviations: (results) => {
      const part = (id: string, key: string): Value => select(results[id]!.value, [key]);
      const again = coerce(part('back', 'x'), rows.shape, 'x');
      if (!again.ok) return again.problem;
      const logDets = ['forward', 'reverse'].map((id) => coerce(part(id, 'logDet'), [], 'logDet'));
      for (const one of logDets) if (!one.ok) return one.problem;
      const [there, back] = logDets.map((one) => (one.ok ? one.array.data[0]! : Number.NaN)) as [number, number];
      return collect(
        [{ identity: 'reverse gives back x', error: gap(again.array, rows), bound: roundTrip(again.array) }],
        logDetOf(part('forward', 'x'), rows, (found, bound) => ({
          identity: 'logDet is the log |det| of the Jacobian',
          error: Math.abs(there - found),
          bound,
        })),
        logDetOf(part('reverse', 'x'), rows, (found, bound) => ({
          identity: 'logDet in reverse is that of the way forward, minus the log |det| of the Jacobian of the reverse',
          error: Math.abs(back + found),
          bound,
        })),
      );
    },
  };
}

/** The log-determinant of a layer from its results on the rows of a difference quotient, put into deviations. */
export function logDetOf(
  value: Value,
  rows: NdArray,
  judge: (logDet: number, bound: number) => Deviation,
): Deviation[] | string {
  const result = coerce(value, rows.shape);
  if (!result.ok) return result.problem;
  const jacobian = jacobianOf(result.array);
  if (!jacobian.data.every(Number.isFinite)) return 'the Jacobian by central differences is not finite.';
  const bound = isFloat32Quantised(result.array.data) ? LOG_DET_BOUND_32 : LOG_DET_BOUND;
  return [judge(logAbsDeterminant(jacobian), bound)];
}

/** All deviations, or the first problem. */
export function collect(...parts: (Deviation[] | Problem)[]): Deviation[] | Problem {
  const problem = parts.find((part): part is Problem => !Array.isArray(part));
  return problem ?? (parts as Deviation[][]).flat();
}

/** The greatest difference of entries; NaN stays NaN. */
export function gap(a: NdArray, b: NdArray, counts: (k: number) => boolean = () => true): number {
  let error = 0;
  for (let k = 0; k < b.data.length; k++) {
    if (!counts(k)) continue;
    const difference = Math.abs(a.data[k]! - b.data[k]!);
    if (!(difference <= error)) error = difference;
  }
  return error;
}

/** How far a way and its way back may be from where they began. */
export function roundTrip(result: NdArray): number {
  const size = Math.max(1, maxAbs(result.data));
  return size * (isFloat32Quantised(result.data) ? ROUND_TRIP_32 : ROUND_TRIP);
}
