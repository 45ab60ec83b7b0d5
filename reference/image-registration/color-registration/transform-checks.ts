import { type CaseResult, combine, failedCall } from '../../../harness/checks/case-result.ts';
import { coerce } from '../../../harness/checks/coerce.ts';
import { gradientChecks, withPoint } from '../../../harness/checks/gradient.ts';
import { asArray, bothValues, DOUBLE, judgeArray, toleranceFor } from '../../../harness/checks/values.ts';
import type { Call } from '../../../harness/model/call.ts';
import type { Check } from '../../../harness/model/exercise.ts';
import { NdArray, type Value } from '../../../harness/model/value.ts';
import { derive } from '../../../harness/numerics/random.ts';
import { exactInputs, insideInputs, outsideInputs, thinInputs, type WarpInput } from './inputs.ts';
import { KNOWN_READINGS } from './readings.ts';
import { inBand, positionsOf, warp } from './warp.ts';

const FUNCTION = 'perspectiveTransform';

export function transformCall(module: string, { image, H, xv, yv }: WarpInput): Call {
  return { module, fn: FUNCTION, args: [image, H, xv, yv] };
}

/** Which points of the grid fall into the band of one pixel beyond the edge. */
export function bandOf(input: WarpInput): boolean[] {
  const [h, w] = input.image.shape as [number, number];
  const { px, py } = positionsOf(input);
  return Array.from(px, (x, i) => inBand(x, py[i]!, h, w));
}

/** `expected`, with 0 where the result is 0 in the band: there both are right. */
function allowingZero(input: WarpInput, value: Value, expected: NdArray): NdArray {
  const coerced = coerce(value, expected.shape);
  if (!coerced.ok) return expected;
  const [c, band, { atol }] = [expected.shape[2]!, bandOf(input), toleranceFor(coerced.array, DOUBLE)];
  const found = coerced.array.data;
  return new NdArray(
    expected.shape,
    Float64Array.from(expected.data, (entry, i) =>
      band[Math.floor(i / c)] && Math.abs(found[i]!) <= atol ? 0 : entry,
    ),
  );
}

/** A share of the entries that two programs with the same mistake agree to. */
const ALIKE = 1e-6;

/** The wrong readings that a result agrees with, whichever of the two conventions it has at the edge. */
export function readingsOf(input: WarpInput, value: Value): Set<string> {
  const coerced = coerce(value, input.image.shape);
  if (!coerced.ok) return new Set();
  const found = coerced.array.data;
  const agreeing = KNOWN_READINGS.filter(({ reading }) => {
    const [fading, zero] = (['fade', 'zero'] as const).map((border) => warp(input, { border, ...reading }).data);
    return found.every((entry, i) => Math.abs(entry - fading![i]!) <= ALIKE || Math.abs(entry - zero![i]!) <= ALIKE);
  });
  return new Set(agreeing.map(({ id }) => id));
}

/** Marks the failed inputs with the one wrong reading that explains all of them. */
function named(results: CaseResult[], inputs: WarpInput[], values: Value[]): CaseResult[] {
  const failed = results.flatMap(({ status }, i) => (status === 'wrong-answer' ? [i] : []));
  const agreeing = failed.map((i) => readingsOf(inputs[i]!, values[i]));
  const [id, ...others] = [...(agreeing[0] ?? [])].filter((one) => agreeing.every((ids) => ids.has(one)));
  if (id === undefined || others.length > 0) return results;
  const { message } = KNOWN_READINGS.find((known) => known.id === id)!;
  return results.map((result, i) =>
    failed.includes(i) ? { ...result, statement: `${result.statement} ${message}`, mistake: { id, message } } : result,
  );
}

function sampledCheck(
  module: string,
  options: { id: string; title: string; inputs: WarpInput[]; praise: string },
): Check {
  const { id, title, inputs, praise } = options;
  return {
    id,
    kind: 'values',
    title,
    function: FUNCTION,
    parameters: { rtol: DOUBLE.rtol, atol: DOUBLE.atol },
    cases: inputs.map((input) => ({
      id: `${id}/${input.id}`,
      title: input.title,
      plan: async (ask) => void (await ask('value', transformCall(module, input))),
    })),
    judge({ submission, reference, overrides }) {
      const bound = { ...DOUBLE, ...overrides };
      const values: Value[] = [];
      const results = inputs.map((input, i): CaseResult => {
        const key = `${id}/${input.id}`;
        const { actual, expected } = bothValues(submission[key]?.value, reference[key]?.value, key);
        if (actual.status !== 'ok') return failedCall(input.title, FUNCTION, actual);
        values[i] = actual.value;
        const target = allowingZero(input, actual.value, asArray(expected));
        return judgeArray(FUNCTION, input.title, 'The result', actual.value, target, bound);
      });
      return combine(named(results, inputs, values), praise);
    },
  };
}

/** Values, edge and both gradients of the transform. */
export function transformChecks(module: string, seed: number): Check[] {
  const [inside, thin, outside] = [insideInputs(seed), thinInputs(seed), outsideInputs(seed)];
  // Far outside there is nothing to differentiate, and tfjs itself cannot differentiate through unstack of one channel.
  const differentiated = [...inside, ...thin, ...outside].filter(({ id }) => id !== 'far' && id !== 'one-channel');
  const gradients = gradientChecks({
    seed,
    own: {
      id: 'gradient-own-perspectiveTransform',
      title: 'The gradient in the picture and in H fits your own forward function',
    },
    reference: {
      id: 'gradient-reference-perspectiveTransform',
      title: "The gradient in the picture and in H agrees with the reference's",
    },
    function: FUNCTION,
    cases: differentiated.map((input) => {
      const call = transformCall(module, input);
      return {
        id: input.id,
        title: input.title,
        point: [
          { name: 'the picture', value: input.image },
          { name: 'H', value: input.H },
        ],
        forward: (point) => ({ ...call, args: withPoint(call.args, [[0], [1]], point) }),
        cotangent: cotangent(seed, input),
        analytic: { wrt: [[0], [1]] },
        // Positions must not cross whole pixels on the way: the largest step moves them by some 2^-9 of the picture.
        scale: 2 ** -5,
      };
    }),
  });
  return [
    sampledCheck(module, {
      id: 'values-perspectiveTransform',
      title: 'The picture is sampled at the right places, bilinearly, channel by channel',
      inputs: [...inside, ...exactInputs(seed)],
      praise: 'perspectiveTransform agrees with the reference on every input.',
    }),
    sampledCheck(module, {
      id: 'edge-perspectiveTransform',
      title: 'Points outside the picture, and pictures one pixel high or wide',
      inputs: [...outside, ...thin],
      praise: 'perspectiveTransform is zero outside the picture, and copes with thin pictures.',
    }),
    ...gradients,
  ];
}

/** Random, and 0 in the band, where a fading edge and zero at once have different gradients. */
function cotangent(seed: number, input: WarpInput): NdArray {
  const band = bandOf(input);
  const c = input.image.shape[2]!;
  const drawn = derive(seed, `warp/cotangent/${input.id}`).normals(input.image.shape);
  return new NdArray(
    drawn.shape,
    drawn.data.map((value, i) => (band[Math.floor(i / c)] ? 0 : value)),
  );
}
