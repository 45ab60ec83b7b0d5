import { coerce } from '../../../harness/checks/coerce.ts';
import { type Deviation, type Problem, type PropertyCase, propertyCheck } from '../../../harness/checks/property.ts';
import type { Arg, Call } from '../../../harness/model/call.ts';
import type { Check } from '../../../harness/model/exercise.ts';
import type { Success } from '../../../harness/model/observation.ts';
import { isRecord, NdArray, type Value } from '../../../harness/model/value.ts';
import type { Verdict } from '../../../harness/model/verdict.ts';
import { add, dot, normFrobenius } from '../../../harness/numerics/linalg.ts';
import { derive } from '../../../harness/numerics/random.ts';
import { drawAnimals } from '../../datasets/animals.ts';
import { FAST, generate, hold, init, kept, latents, learn, misshapen, rngOf, SIDE, state } from './calls.ts';
import { SLACK, slopesOf, stillIn, weightCalls, weightsSeen } from './learn-weights.ts';
import { difference, lossOf, readPictures } from './pictures.ts';
import { plus } from './weights.ts';

type Results = Record<string, Success>;

const N = 3;
const SIGMA = 0.5;
/** The first rate that is tried, and how much of the error a step should take away: far above float32, far below curvature. */
const FIRST_RATE = 1e-5;
const WANTED = 0.01;
const TRIES = 3;

/**
 * learnStep, without knowing the architecture. With r = I − g and the generator's Jacobian J in its weights, a plain step of ascent
 * changes the pictures by (η/(nσ²)) J Jᵀ r to first order: twice as much for twice the rate, half as much for half the
 * residual, a quarter for twice the σ, the same for a batch that holds every picture twice. Where the weights can be seen, the step itself is
 * compared with slopes of the objective along itself and along random directions (learn-weights.ts).
 */
export function learnChecks(seed: number): Check[] {
  const z = latents(seed, 'learn', N);
  const images = drawAnimals(derive(seed, 'abp-training/learn'), N, SIDE).images;
  const item: PropertyCase = {
    id: 'steps',
    title: `${N} pictures of ${SIDE}×${SIDE} pixels`,
    worker: FAST,
    ...plan(seed, z, images),
  };
  const check = propertyCheck({
    id: 'learn-step',
    title: 'learnStep is one plain step of gradient ascent on the batch mean of log p, and returns the loss before it',
    function: 'learnStep',
    cases: [item],
    praise: 'The step is that of plain gradient ascent, the loss that before the step, and arguments stay as they are.',
  });
  return [
    { ...check, judge: (context) => saidOf(check.judge(context), context.submission['learn-step/steps'] as Results) },
  ];
}

/** Praises what was seen, and nothing else. */
function saidOf(verdict: Verdict, results: Results): Verdict {
  if (verdict.status !== 'accepted') return verdict;
  if (!weightsSeen(results, `after-${lastTry(results)}`))
    return {
      ...verdict,
      summary:
        'The step climbs, and follows rate, residual, σ and batch as plain gradient ascent does; the loss is that before the step, and arguments stay as they are. Your params cannot be looked into, or not all of them (a record of tensors can): whether the whole step is learningRate times the gradient was not asked.',
    };
  const { constant, unknown } = stillIn(results);
  const remarks = [
    constant.length === 0
      ? ''
      : ` Neither the step nor trainAbp changes ${constant.join(', ')}: taken as part of the architecture.`,
    unknown.length === 0 ? '' : ` The step leaves ${unknown.join(', ')} as before; whether it should was not asked.`,
  ];
  return { ...verdict, summary: verdict.summary + remarks.join('') };
}

/** The last of the rates that were tried. */
const lastTry = (results: Results): number => [2, 1, 0].find((k) => `learn-${k}` in results) ?? 0;

function plan(seed: number, z: NdArray, images: NdArray): Pick<PropertyCase, 'calls' | 'deviations'> {
  const picturesOf = (results: Results, id: string, count = N): NdArray | undefined =>
    readPictures(results[id]?.value, count);
  /** The rate of a try, from what the one before did. */
  const rateOf = (results: Results, attempt: number): number => {
    let rate = FIRST_RATE;
    for (let k = 0; k < attempt; k++) {
      const [before, after] = [picturesOf(results, 'before'), picturesOf(results, `after-${k}`)];
      if (before === undefined || after === undefined) return rate;
      const share = normFrobenius(difference(after, before)) / normFrobenius(difference(images, before));
      if (share > 0.3 * WANTED && share < 3 * WANTED) return rate;
      // A step too small to be seen, or one that has left every bound, tells nothing but the direction to go.
      const factor = Number.isFinite(share) ? WANTED / Math.max(share, 1e-6) : 1e-4;
      rate *= Math.min(1e4, Math.max(1e-4, factor));
    }
    return rate;
  };
  const settled = (results: Results, attempt: number): boolean =>
    attempt > 0 && rateOf(results, attempt) === rateOf(results, attempt - 1);
  const rate = (results: Results): number => rateOf(results, TRIES - 1);
  const variant = (id: string, call: (results: Results) => Call, at: Arg = z) => [
    { id: `learn-${id}`, call },
    { id: `after-${id}`, call: generate(kept(id, 'params'), at) },
  ];
  const options = (results: Results) => ({ sigma: SIGMA, learningRate: rate(results) });
  const heldZ = kept('z') as unknown as NdArray;
  const heldImages = kept('images') as unknown as NdArray;
  const halfway = (results: Results): NdArray => {
    const before = picturesOf(results, 'before') ?? images;
    return add(before, difference(images, before), 0.5);
  };
  const twice = (array: NdArray): NdArray =>
    new NdArray([2 * array.shape[0]!, ...array.shape.slice(1)], Float64Array.from([...array.data, ...array.data]));
  return {
    calls: [
      { id: 'init', call: init(rngOf(seed, 'learn'), 'start') },
      { id: 'hold-z', call: hold(z, 'z') },
      { id: 'hold-images', call: hold(images, 'images') },
      { id: 'before', call: generate(kept('start'), z) },
      ...Array.from({ length: TRIES }, (_, k) => k).flatMap((k) => [
        {
          id: `learn-${k}`,
          call: (results: Results) =>
            settled(results, k)
              ? undefined
              : learn(kept('start'), heldZ, heldImages, { sigma: SIGMA, learningRate: rateOf(results, k) }, `try-${k}`),
        },
        {
          id: `after-${k}`,
          call: (results: Results) => (`learn-${k}` in results ? generate(kept(`try-${k}`, 'params'), z) : undefined),
        },
        {
          id: `loss-${k}`,
          call: (results: Results) => (`learn-${k}` in results ? state(kept(`try-${k}`, 'loss')) : undefined),
        },
      ]),
      { id: 'state-z', call: state(kept('z')) },
      { id: 'state-images', call: state(kept('images')) },
      { id: 'again', call: generate(kept('start'), z) },
      ...variant('rate', (results) =>
        learn(kept('start'), z, images, { sigma: SIGMA, learningRate: 2 * rate(results) }, 'rate'),
      ),
      ...variant('residual', (results) => learn(kept('start'), z, halfway(results), options(results), 'residual')),
      ...variant('sigma', (results) =>
        learn(kept('start'), z, images, { ...options(results), sigma: 2 * SIGMA }, 'sigma'),
      ),
      ...variant('batch', (results) => learn(kept('start'), twice(z), twice(images), options(results), 'batch')),
      ...weightCalls(seed, z, images, (results) => kept(`try-${lastTry(results)}`, 'params')),
    ],
    deviations: (results) => judge(results, seed, images, rate(results), lastTry(results)),
  };
}

function judge(results: Results, seed: number, images: NdArray, rate: number, last: number): Deviation[] | Problem {
  for (const name of ['z', 'images']) {
    const found = results[`state-${name}`]!.value;
    const value = isRecord(found) ? found.value : undefined;
    if (!(value instanceof NdArray)) return { statement: `${name} was disposed of.`, mistake: TOUCHED };
    // Not `difference`: a program may have made another size of it.
    if (name === 'images' && normFrobenius(plus([value], [images], -1)[0]!) > 1e-5)
      return { statement: 'images were changed.', mistake: TOUCHED };
  }
  const before = readPictures(results.before!.value, N);
  if (before === undefined)
    return misshapen(`generate should give a tensor of shape [${N}, ${SIDE}, ${SIDE}, 3] for ${N} latents.`);
  const again = readPictures(results.again!.value, N);
  if (again === undefined || !(normFrobenius(difference(again, before)) <= 1e-5 * normFrobenius(before)))
    return {
      statement: 'the parameters that were handed in give other pictures after the step than before it.',
      mistake: {
        id: 'params-changed',
        message:
          'The parameters that are handed in are changed: learnStep returns new ones, and leaves those as they are.',
        hint: 'tf.variable and optimizers change weights in place: copy them first.',
      },
    };
  const truth = lossOf(before, images, SIGMA);
  const loss = lossProblem(
    results[`loss-${last}`]!.value,
    truth,
    before,
    images,
    readPictures(results[`after-${last}`]!.value, N),
  );
  if (typeof loss !== 'number') return loss;
  const after = readPictures(results[`after-${last}`]!.value, N);
  if (after === undefined || !after.data.every(Number.isFinite))
    return 'the new parameters give no pictures, or such with entries that are not finite.';
  const change = difference(after, before);
  if (normFrobenius(change) < 1e-6 * normFrobenius(before))
    return {
      statement: 'the new parameters give the same pictures as the old ones.',
      mistake: { id: 'not-learned', message: 'learnStep returns the parameters as they were.' },
    };
  const relations = relationsOf(results, before, change);
  if (!Array.isArray(relations)) return relations;
  const climb = dot(change, difference(images, before));
  if (!(climb > 0))
    return {
      statement: 'the step takes the pictures away from those that were handed in.',
      mistake: {
        id: 'descent',
        message: 'The step goes down the gradient of log p: it should go up, so that the squared difference falls.',
      },
    };
  const slopes = slopesOf(results, seed, images, rate, SIGMA);
  if (!Array.isArray(slopes)) return slopes;
  return [
    { identity: 'the loss is the mean of ‖I − g‖²/(2σ²) before the step', error: loss, bound: 1e-3 },
    ...relations,
    ...slopes,
  ];
}

const TOUCHED = {
  id: 'argument-touched',
  message: 'An argument was changed or disposed of; it belongs to the caller.',
};

/** Relative error of the loss, or what it is in place of the right one. */
function lossProblem(
  value: Value,
  truth: number,
  before: NdArray,
  images: NdArray,
  after: NdArray | undefined,
): number | Problem {
  const part = isRecord(value) ? value.value : value;
  const coerced = coerce(part, [], 'loss');
  if (!coerced.ok) return misshapen(coerced.problem);
  const loss = coerced.array.data[0]!;
  const error = Math.abs(loss - truth) / truth;
  if (error <= 1e-3) return error;
  const pixels = before.data.length / N;
  const known: [value: number, id: string, what: string][] = [
    [truth * N, 'loss-summed', 'the sum over the batch, not the mean'],
    [truth / pixels, 'loss-mean-over-pixels', 'a mean over pixels: the squared differences of a picture are summed'],
    [truth * 2, 'loss-not-halved', 'without the 2 of 2σ²'],
    [truth * SIGMA, 'loss-sigma', 'divided by σ in place of σ²'],
    [truth * SIGMA ** 2, 'loss-without-sigma', 'not divided by σ²'],
    [truth * 2 * SIGMA ** 2, 'loss-plain', 'the squared difference without the 1/(2σ²)'],
    [(truth * 2 * SIGMA ** 2) / pixels, 'loss-mse', 'the mean squared error of a pixel, and not ‖I − g‖²/(2σ²)'],
    [-truth, 'loss-negative', 'negative: it is log p, and the loss is its opposite'],
    ...(after === undefined
      ? []
      : [
          [lossOf(after, images, SIGMA), 'loss-after', 'that after the step, not before it'] as [
            number,
            string,
            string,
          ],
        ]),
  ];
  const found = known.find(([candidate]) => Math.abs(loss - candidate) <= 1e-3 * Math.abs(candidate));
  const said = `the loss is ${loss.toPrecision(6)}, and the mean of ‖I − g‖²/(2σ²) before the step is ${truth.toPrecision(6)}.`;
  if (found === undefined) return said;
  return { statement: said, mistake: { id: found[1], message: `The loss is ${found[2]}.` } };
}

/** How the change of the pictures follows rate, residual, σ and batch. */
function relationsOf(results: Results, before: NdArray, change: NdArray): Deviation[] | Problem {
  const wanted: {
    id: string;
    factor: number;
    identity: string;
    mistakes: [factor: number, id: string, message: string][];
  }[] = [
    {
      id: 'rate',
      factor: 2,
      identity: 'twice the learning rate moves the pictures twice as far',
      mistakes: [[1, 'rate-ignored', 'options.learningRate has no effect on the step.']],
    },
    {
      id: 'residual',
      factor: 0.5,
      identity: 'pictures that are half as far away move the generator half as far',
      mistakes: [
        [
          1,
          'not-plain',
          'The step does not follow the size of the gradient: it is not plain gradient ascent (Adam, a normalised or clipped gradient, or absolute differences).',
        ],
      ],
    },
    {
      id: 'sigma',
      factor: 0.25,
      identity: 'with twice the σ the step is a quarter as long',
      mistakes: [
        [0.5, 'sigma-for-sigma-squared', 'The gradient is divided by σ in place of σ².'],
        [1, 'sigma-ignored', 'The gradient is not divided by σ².'],
      ],
    },
    {
      id: 'batch',
      factor: 1,
      identity: 'a batch that holds every picture twice gives the same step',
      mistakes: [
        [2, 'summed-over-batch', 'The gradient is that of the sum over the batch: it should be that of the mean.'],
      ],
    },
  ];
  const deviations: Deviation[] = [];
  for (const { id, factor, identity, mistakes } of wanted) {
    const after = readPictures(results[`after-${id}`]!.value, N);
    if (after === undefined) return 'the new parameters give no pictures.';
    const other = difference(after, before);
    const error = normFrobenius(add(other, change, -factor)) / (factor * normFrobenius(change));
    if (error > SLACK) {
      // How far it went along the first step.
      const found = dot(other, change) / dot(change, change);
      // What goes another way as well, such as a decay of the weights, is not only longer or shorter.
      const aside = normFrobenius(add(other, change, -found)) / (Math.abs(found) * normFrobenius(change));
      const mistake =
        aside > 2 * SLACK ? undefined : mistakes.find(([wrong]) => Math.abs(found - wrong) < 0.12 * wrong);
      if (mistake !== undefined)
        return {
          statement: `it should hold that ${identity}, but it is ${found.toPrecision(3)} times as long.`,
          mistake: { id: mistake[1], message: mistake[2] },
        };
    }
    deviations.push({ identity, error, bound: SLACK });
  }
  return deviations;
}
