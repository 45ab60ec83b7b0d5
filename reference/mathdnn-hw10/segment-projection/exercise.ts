import { coerce } from '../../../harness/checks/coerce.ts';
import { type Deviation, type PropertyCase, propertyCheck } from '../../../harness/checks/property.ts';
import { purityCheck } from '../../../harness/checks/purity.ts';
import { asArrayOf, type Bound, DOUBLE, toleranceFor, valuesCheck } from '../../../harness/checks/values.ts';
import type { Call } from '../../../harness/model/call.ts';
import { defineExercise } from '../../../harness/model/exercise.ts';
import type { Success } from '../../../harness/model/observation.ts';
import { NdArray } from '../../../harness/model/value.ts';
import { maxAbs } from '../../../harness/numerics/compare.ts';
import { distance, distanceToSegment, greatest, type Point, rowsOf } from './geometry.ts';
import { edgeInputs, type Input, ordinaryInputs, rising, scattered } from './inputs.ts';

const MODULE = 'problem2';

const project = (y: NdArray, a: number): Call => ({ module: MODULE, fn: 'projectOntoSegment', args: [y, a] });

/** Each entry by its own size: beside an a of some thousands, an error in the second column would not show. */
const BOUND: Bound = { ...DOUBLE, scale: 'entry' };

const valueCases = (inputs: Input[]) => inputs.map(({ id, title, y, a }) => ({ id, title, call: project(y, a) }));

/** What distances of results may be off by: their rounding, at the size of the numbers in them. */
function bound(p: NdArray, ...sizes: number[]): number {
  const { rtol, atol } = toleranceFor(p, DOUBLE);
  return atol + rtol * Math.max(1, maxAbs(p.data), ...sizes);
}

/** A result [n,2], or in words why it is none. */
function read(result: Success | undefined, input: Input): NdArray | string {
  const coerced = coerce(result?.value, input.y.shape);
  return coerced.ok ? coerced.array : coerced.problem;
}

/** What should hold for the points of the input and their projections p, the rows of both. */
type Relation = (input: Input, before: Point[], after: Point[], p: NdArray) => Deviation[];

const relationCase =
  (relation: Relation) =>
  (input: Input): PropertyCase => ({
    id: input.id,
    title: input.title,
    calls: [{ id: 'value', call: project(input.y, input.a) }],
    deviations: ({ value }) => {
      const p = read(value, input);
      return typeof p === 'string' ? p : relation(input, rowsOf(input.y), rowsOf(p), p);
    },
  });

/** On the segment, and no farther from y than the segment is. */
const nearest: Relation = ({ y, a }, before, after, p) => [
  {
    identity: 'every result lies on the segment',
    error: greatest(after.map((point) => distanceToSegment(point, a))),
    bound: bound(p, Math.abs(a)),
  },
  {
    identity: 'no point of the segment is nearer to y than the result',
    error: greatest(after.map((point, i) => distance(before[i]!, point) - distanceToSegment(before[i]!, a))),
    bound: bound(p, maxAbs(y.data)),
  },
];

/** ‖P(x) − P(y)‖ ≤ ‖x − y‖ for every two points of the input. */
const nonExpansive: Relation = (_, before, after, p) => {
  const excess = after.flatMap((one, i) =>
    after.slice(0, i).map((other, j) => distance(one, other) - distance(before[i]!, before[j]!)),
  );
  const identity = '‖P(x) − P(y)‖ ≤ ‖x − y‖: a projection brings no two points apart';
  return [{ identity, error: greatest(excess), bound: bound(p) }];
};

/** P(P(y)) = P(y), with the student's own result as the argument. */
function idempotentCase(input: Input): PropertyCase {
  const { id, title, y, a } = input;
  const own = (once: Success): NdArray => asArrayOf(once.value, y.shape) ?? NdArray.zeros(y.shape);
  return {
    id,
    title,
    calls: [
      { id: 'once', call: project(y, a) },
      { id: 'twice', call: (before) => project(own(before.once!), a) },
    ],
    deviations: ({ once, twice }) => {
      const [p, again] = [read(once, input), read(twice, input)];
      if (typeof p === 'string') return p;
      if (typeof again === 'string') return again;
      const [first, second] = [rowsOf(p), rowsOf(again)];
      const error = greatest(first.map((point, i) => distance(point, second[i]!)));
      return [{ identity: 'P(P(y)) = P(y): projecting twice changes nothing', error, bound: bound(p) }];
    },
  };
}

export default defineExercise({
  id: 'segment-projection',
  assignment: 'mathdnn-hw10',
  title: 'Projection onto a segment',
  functions: {
    projectOntoSegment: {
      module: MODULE,
      signature: 'projectOntoSegment(y: Tensor /* [n,2] */, a: number): Tensor /* [n,2] */',
    },
  },

  checks(seed) {
    const ordinary = ordinaryInputs(seed);
    const edges = edgeInputs(seed);
    const pick = (...ids: string[]): Input[] => [...ordinary, ...edges].filter(({ id }) => ids.includes(id));
    const [few] = ordinary as [Input];
    const other = scattered(seed, 'between-calls', '', 7, -few.a);
    return [
      valuesCheck({
        id: 'values',
        title: 'The nearest point of the segment',
        function: 'projectOntoSegment',
        cases: valueCases(ordinary),
        bound: BOUND,
      }),
      valuesCheck({
        id: 'edges',
        title: 'Points at the ends, on the segment and far away',
        function: 'projectOntoSegment',
        cases: valueCases(edges),
        bound: BOUND,
        praise: 'projectOntoSegment is right also for points at the ends, on the segment and far away.',
      }),
      propertyCheck({
        id: 'nearest',
        title: 'The result lies on the segment, and nothing on it is nearer',
        function: 'projectOntoSegment',
        praise: 'Your results lie on the segment, and nothing on it is nearer.',
        cases: pick('few', 'negative', 'zero', 'beside').map(relationCase(nearest)),
      }),
      propertyCheck({
        id: 'idempotent',
        title: 'Projecting twice is projecting once',
        function: 'projectOntoSegment',
        praise: 'Projecting your own results changes nothing.',
        cases: pick('few', 'between', 'large', 'on-segment').map(idempotentCase),
      }),
      propertyCheck({
        id: 'non-expansive',
        title: 'No two points are brought apart',
        function: 'projectOntoSegment',
        praise: 'Your projection brings no two points apart.',
        cases: [rising(seed, few.a), ...pick('negative')].map(relationCase(nonExpansive)),
      }),
      purityCheck({
        id: 'purity',
        title: 'Same arguments, same result; arguments stay as they are',
        function: 'projectOntoSegment',
        cases: [
          {
            id: 'projectOntoSegment',
            title: 'two calls of projectOntoSegment',
            call: project(few.y, few.a),
            between: project(other.y, other.a),
          },
        ],
      }),
    ];
  },
});
