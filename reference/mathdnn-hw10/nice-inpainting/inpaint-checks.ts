import { coerce } from '../../../harness/checks/coerce.ts';
import { pictureCheck } from '../../../harness/checks/picture.ts';
import { type Deviation, type PropertyCase, propertyCheck } from '../../../harness/checks/property.ts';
import { purityCheck } from '../../../harness/checks/purity.ts';
import { asArrayOf, type Bound, DOUBLE, valuesCheck } from '../../../harness/checks/values.ts';
import type { Call } from '../../../harness/model/call.ts';
import type { Check } from '../../../harness/model/exercise.ts';
import { NdArray, type Value } from '../../../harness/model/value.ts';
import { isFloat32Quantised } from '../../../harness/numerics/compare.ts';
import { pictures } from '../../../harness/numerics/images.ts';
import { derive } from '../../../harness/numerics/random.ts';
import { call } from './calls.ts';
import { drawDigitHole, drawHole, drawPoints, type Hole, SIDE } from './inputs.ts';
import { trainedModel } from './weights.ts';

const FUNCTION = 'inpaint';

/**
 * Pixels in [0, 1] after up to forty steps. Rounding of one step goes on into the next ones; no ascent that is asked for
 * comes so near to a kink that two programs could pass it on different sides.
 */
const PIXELS: Bound = {
  ...DOUBLE,
  rtol: 1e-7,
  condition: 50,
  reason: 'rounding adds up over the steps; mistakes change pixels by 1e-3 and more',
};

/**
 * Known pixels are the image's own. A blend x + m·(image − x) may be off by the last bit of a number below 1; images
 * are float32 numbers, so that a program which keeps such is exact, too, but for its own last bit.
 */
const LAST_BIT = { double: 2 ** -50, single: 2 ** -22 };

const inpaintCall = ({ model, image, mask, options }: Hole): Call => call(FUNCTION, model, image, mask, options);

/**
 * Seconds for one call on a digit. The reference takes half of one; but the gradient of tf.gather, a natural way to the pairs, goes
 * through every pixel in turn on tfjs's CPU backend, and takes half a second a step.
 */
const DIGIT_MS = 120_000;

const onDigits = (hole: Hole): Call => ({ ...inpaintCall(hole), deadlineMs: DIGIT_MS });

/** The checks of `inpaint`: exact on small models, pictures by the trained one. */
export function inpaintChecks(seed: number): Check[] {
  const small = { D: 6, hidden: [5] };
  const holes = [
    drawHole(seed, 'one-step', 'one step of 0.05', { ...small, steps: 1, learningRate: 0.05 }),
    drawHole(seed, 'several', '20 steps of 0.05', { D: 8, hidden: [6], steps: 20, learningRate: 0.05 }),
    drawHole(seed, 'usual-rate', '40 steps of 0.001', { ...small, steps: 40, learningRate: 1e-3, quiet: true }),
    drawHole(seed, 'deep', 'networks of three layers', { ...small, hidden: [5, 4], steps: 12, learningRate: 0.04 }),
    drawHole(seed, 'one-pair', 'a single pair (D = 2)', {
      D: 2,
      hidden: [3],
      steps: 15,
      learningRate: 0.05,
      quiet: true,
    }),
    drawHole(seed, 'long-steps', '3 steps of 0.5, which are too long', {
      ...{ ...small, steps: 3, learningRate: 0.5, overshoots: true },
    }),
  ];
  const ends = [
    drawHole(seed, 'no-step', 'no step at all (steps = 0)', { ...small, steps: 0, learningRate: 0.05 }),
    drawHole(seed, 'nothing-known', 'an image of which nothing is known', {
      ...{ D: 4, hidden: [5], steps: 10, learningRate: 0.05, known: 'none' },
    }),
    drawHole(seed, 'all-known', 'an image of which everything is known', {
      ...{ D: 4, hidden: [5], steps: 3, learningRate: 0.05, known: 'all' },
    }),
  ];
  const gentle = drawHole(seed, 'gentle', '20 steps of 0.01', { ...small, steps: 20, learningRate: 0.01, quiet: true });
  const digits = digitHoles(seed);
  const value = (hole: Hole) => ({ id: hole.id, title: hole.title, call: inpaintCall(hole) });
  return [
    valuesCheck({
      id: 'values-inpaint',
      title: 'inpaint: projected gradient ascent, step by step',
      function: FUNCTION,
      cases: holes.map(value),
      bound: PIXELS,
    }),
    valuesCheck({
      id: 'ends-inpaint',
      title: 'No step at all, nothing known, everything known',
      function: FUNCTION,
      cases: ends.map(value),
      bound: PIXELS,
      praise: 'inpaint is right also where there is nothing to do, nothing to keep, or nothing to fill in.',
    }),
    propertyCheck({
      id: 'known-pixels',
      title: 'Known pixels stay as they are, the others within [0, 1]',
      function: FUNCTION,
      praise: 'Known pixels come back as they were handed over, the others lie in [0, 1].',
      cases: [
        keepsKnown(holes[1]!),
        keepsKnown(holes[3]!),
        keepsKnown({ ...digits[1]!, title: 'a digit, one step', options: { steps: 1, learningRate: 0.002 } }),
      ],
    }),
    propertyCheck({
      id: 'likelihood',
      title: 'The log-likelihood rises with the steps',
      function: FUNCTION,
      praise: 'Your own log-likelihood of the image rises with the number of steps.',
      cases: [rises(gentle, [1, 5, 20])],
    }),
    withFastWorkers(
      pictureCheck({
        id: 'pictures',
        title: 'Inpainted digits',
        function: FUNCTION,
        cases: digits.map((hole) => ({
          ...{ id: hole.id, title: hole.title, call: () => onDigits(hole) },
          ...{ render: digit, caseId: `digits/${hole.id}` },
        })),
        telling: [TELLING],
        ...{ threshold: 0.05, share: 0.005, ssim: 0.999 },
        reason:
          'right programs agree to 1e-9, and to 1e-3 where they keep float32 numbers; mistakes change 2 % and more',
        scale: 6,
      }),
    ),
    purityCheck({
      id: 'purity',
      title: 'Same arguments, same result; arguments stay as they are',
      function: 'niceForward',
      cases: purityCases(seed, holes),
    }),
  ];
}

/**
 * With many steps on the fastest backend, in float32: an ascent of the trained flow forgets small differences, and pictures
 * that agree to 1e-3 look the same.
 */
function withFastWorkers(check: Check): Check {
  const cases = check.cases.map((item) =>
    item.id === `digits/${TELLING}` ? item : { ...item, worker: { precision: 'fast' as const } },
  );
  return { ...check, cases };
}

/** The digit that known mistakes are run on. */
const TELLING = 'few-steps';

/** Held-out digits with noise in a square or a band, and the flow that was trained on MNIST. */
function digitHoles(seed: number): Hole[] {
  const hole = (id: string, title: string, kind: 'band' | 'square', options: Hole['options']): Hole => ({
    ...{ id, title, options, ...drawDigitHole(derive(seed, `nice-inpainting/digit/${id}`), kind) },
    get model() {
      return trainedModel();
    },
  });
  return [
    hole(TELLING, 'a digit with a square of noise, 3 steps of 0.003', 'square', { steps: 3, learningRate: 0.003 }),
    hole('more-steps', 'a digit with a band of noise, 60 steps of 0.002', 'band', { steps: 60, learningRate: 0.002 }),
  ];
}

function digit(value: Value): NdArray[] | string {
  const result = coerce(value, [SIDE * SIDE]);
  return result.ok ? pictures(new NdArray([1, SIDE * SIDE], result.array.data), [SIDE, SIDE]) : result.problem;
}

function keepsKnown(hole: Hole): PropertyCase {
  const { id, title, image, mask } = hole;
  return {
    id,
    title,
    calls: [{ id: 'result', call: () => onDigits(hole) }],
    deviations: ({ result }) => {
      const found = coerce(result!.value, image.shape);
      if (!found.ok) return found.problem;
      const { data } = found.array;
      let moved = 0;
      let beyond = 0;
      for (const [k, x] of data.entries()) {
        const error = mask.data[k] === 1 ? Math.abs(x - image.data[k]!) : Math.max(0, -x, x - 1);
        // Written so that a NaN stays a NaN.
        if (mask.data[k] === 1 && !(error <= moved)) moved = error;
        if (mask.data[k] === 0 && !(error <= beyond)) beyond = error;
      }
      const bound = isFloat32Quantised(data) ? LAST_BIT.single : LAST_BIT.double;
      return [
        { identity: 'known pixels (mask 1) are those of the image, to the last bit', error: moved, bound },
        { identity: 'missing pixels lie in [0, 1]', error: beyond, bound },
      ];
    },
  };
}

/** Own log-likelihoods of what becomes of the image after so many steps. */
function rises(hole: Hole, counts: number[]): PropertyCase {
  const { image, model, options } = hole;
  const row = (value: Value): NdArray => {
    const found = asArrayOf(value, image.shape) ?? image;
    return new NdArray([1, image.data.length], found.data);
  };
  return {
    id: hole.id,
    title: `steps of ${options.learningRate}, after ${counts.join(', ')} of them`,
    calls: [
      ...counts.flatMap((steps) => [
        { id: `x${steps}`, call: inpaintCall({ ...hole, options: { ...options, steps } }) },
        {
          id: `p${steps}`,
          call: (before: Record<string, { value: Value }>) => call('logProb', model, row(before[`x${steps}`]!.value)),
        },
      ]),
    ],
    deviations: (results) => {
      for (const steps of counts) {
        const found = coerce(results[`x${steps}`]!.value, image.shape);
        if (!found.ok) return found.problem;
      }
      const values: number[] = [];
      for (const steps of counts) {
        const found = coerce(results[`p${steps}`]!.value, [1], 'The result of logProb');
        if (!found.ok) return found.problem;
        values.push(found.array.data[0]!);
      }
      return counts.slice(1).map((steps, i): Deviation => {
        const [before, after] = [values[i]!, values[i + 1]!];
        return {
          identity: `your own logProb after ${steps} steps is greater than after ${counts[i]}`,
          error: after > before ? 0 : before === after ? 1 : before - after,
          bound: before === after ? 0.5 : Number.MIN_VALUE,
        };
      });
    },
  };
}

function purityCases(seed: number, holes: Hole[]) {
  const one = drawPoints(seed, 'purity', '', { D: 6, hidden: [5], n: 3 });
  const other = drawPoints(seed, 'purity-between', '', { D: 4, hidden: [4], n: 2 });
  const layers = { one: one.model.couplings[0]!, other: other.model.couplings[0]! };
  const twice = (id: string, first: Call, between: Call) => ({ id, title: `two calls of ${id}`, call: first, between });
  return [
    twice('coupling', call('coupling', layers.one, one.x, 1, false), call('coupling', layers.other, other.x, 0, true)),
    twice('scaling', call('scaling', one.model.scale, one.x, true), call('scaling', other.model.scale, other.x, false)),
    twice('niceForward', call('niceForward', one.model, one.x), call('niceForward', other.model, other.x)),
    twice('niceInverse', call('niceInverse', one.model, one.x), call('niceInverse', other.model, other.x)),
    twice('logProb', call('logProb', one.model, one.x), call('logProb', other.model, other.x)),
    twice('inpaint', inpaintCall(holes[0]!), inpaintCall(holes[3]!)),
  ];
}
