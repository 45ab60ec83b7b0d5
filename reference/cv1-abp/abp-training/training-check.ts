import { coerce } from '../../../harness/checks/coerce.ts';
import { type Learned, readLosses, type TrainingCase, trainingCheck } from '../../../harness/checks/training.ts';
import type { Check } from '../../../harness/model/exercise.ts';
import type { Success } from '../../../harness/model/observation.ts';
import { NdArray } from '../../../harness/model/value.ts';
import { pictures } from '../../../harness/numerics/images.ts';
import { columnMeans } from '../../../harness/numerics/linalg.ts';
import { derive } from '../../../harness/numerics/random.ts';
import { drawAnimals } from '../../datasets/animals.ts';
import { generate, kept, panel, rngOf, state, type TrainingOptions, train } from './calls.ts';
import { stateValue } from './start-checks.ts';

/** The same rate has to do for plain ascent and for Adam; σ makes the former's steps neither too short nor unstable. */
const OPTIONS: Omit<TrainingOptions, 'start' | 'iterations'> = {
  ...{ latentDim: 2, langevinSteps: 3, stepSize: 0.1, sigma: 0.3, learningRate: 3e-3 },
};

interface Budget {
  id: string;
  count: number;
  side: number;
  options: TrainingOptions;
}

/** Small pictures whatever the profile: docs/training.md says what came of larger ones. */
const BUDGETS: Budget[] = (['warm', 'cold'] as const).map((start) => ({
  ...{ id: start, count: 6, side: 32 },
  options: { ...OPTIONS, iterations: 150, start },
}));

/** `share`, for a warm start, and `shareCold`: of the error of the mean picture. `fall`: of the error of a hardly trained generator. */
const BARS = { share: 1, shareCold: 1.5, fall: 0.8 };

/** What is learned at the budget: the pictures come back from their own latents. */
export function fullTraining(seed: number): Check {
  return trainingCheck({
    id: 'training',
    title: 'Pictures come back from the latents that were inferred for them',
    function: 'trainAbp',
    cases: BUDGETS.map((budget) => trainingCase(seed, budget)),
    // The architecture is the student's: many channels at full size cost many times what the reference does.
    timeFactor: 40,
    parameters: BARS,
    praise: 'Trained at the budget, the generator gives the pictures back from their latents.',
    reason: REASON,
  });
}

const REASON =
  "As a share of the mean picture's error, measured for seven right programs on ten seeds: 0.002 to 0.71 with a warm start, 0.05 to 1.05 with a cold one, which plain ascent follows slowly; latents in another order than the pictures 2.8; a generator that learns the mean picture only 1.";

function trainingCase(seed: number, { id, count, side, options }: Budget): TrainingCase {
  let made: NdArray | undefined;
  const images = (): NdArray => (made ??= drawAnimals(derive(seed, `abp-training/training/${id}`), count, side).images);
  const rng = rngOf(seed, `training-${id}`);
  return {
    id,
    title: `${count} pictures of ${side}×${side}, ${options.iterations} iterations, ${options.start} start`,
    calls: [
      { id: 'train', call: () => train(images(), options, rng, `trained-${id}`) },
      { id: 'losses', call: state(kept(`trained-${id}`, 'losses')) },
      { id: 'z', call: state(kept(`trained-${id}`, 'z')) },
      {
        id: 'pictures',
        call: (before) => generate(kept(`trained-${id}`, 'params'), latentsOf(before.z, count, options)),
      },
      { id: 'panel', call: panel(kept(`trained-${id}`, 'params'), 2, 5) },
      // The same start, hardly trained: how far the rest of the training has come can be seen.
      { id: 'start', call: () => train(images(), { ...options, iterations: 1 }, rng, `start-${id}`) },
      { id: 'start-z', call: state(kept(`start-${id}`, 'z')) },
      {
        id: 'start-pictures',
        call: (before) => generate(kept(`start-${id}`, 'params'), latentsOf(before['start-z'], count, options)),
      },
    ],
    judge: (results, reference, bounds) => judge(images(), options, results, reference, bounds),
  };
}

/** The latents of a training as a tensor, also where they came as lists of numbers; zeros where they are none, which the judge says. */
function latentsOf(outcome: Success | undefined, count: number, { latentDim }: TrainingOptions): NdArray {
  const found = coerce(stateValue(outcome), [count, latentDim]);
  return found.ok ? found.array : NdArray.zeros([count, latentDim]);
}

function judge(
  images: NdArray,
  options: TrainingOptions,
  results: Record<string, Success>,
  reference: Record<string, Success>,
  bounds: Record<string, number>,
): Learned | string {
  const count = images.shape[0]!;
  const side = images.shape[1]!;
  const losses = readLosses(stateValue(results.losses), { least: options.iterations, why: 'one for each iteration' });
  if (typeof losses === 'string') return losses;
  const z = coerce(stateValue(results.z), [count, options.latentDim], 'z');
  if (!z.ok) return z.problem;
  const found = coerce(results.pictures!.value, [...images.shape], 'generate(params, z)');
  if (!found.ok) return found.problem;
  const start = coerce(results['start-pictures']!.value, [...images.shape], 'generate(params, z) after one iteration');
  if (!start.ok) return start.problem;
  const theirs = coerce(reference.pictures!.value, [...images.shape]);
  if (!theirs.ok) throw new Error(theirs.problem);
  const even = meanError(images);
  const error = meanSquare(images, found.array);
  const before = meanSquare(images, start.array);
  const cold = options.start === 'cold';
  const share = cold ? bounds.shareCold! : bounds.share!;
  const mistake = mistakeOf(images, found.array, { error, before, bar: share * even, cold });
  const shape = coerce(results.panel!.value, [5 * side, 5 * side, 3]);
  const strip = (array: NdArray): NdArray[] => pictures(array).slice(0, 8);
  const referenceLosses = readLosses(stateValue(reference.losses), { least: 1, why: '' });
  return {
    figures: [
      {
        name: 'squared error of a pixel',
        value: error,
        better: 'lower',
        bar: share * even,
        distinctions: [{ name: 'the mean picture', at: even }],
      },
      {
        name: "share of the mean picture's error",
        value: error / even,
        better: 'lower',
        bar: share,
      },
      {
        name: 'share of the error after one iteration',
        value: error / before,
        better: 'lower',
        bar: bounds.fall!,
      },
      { name: "multiple of the reference's error", value: error / meanSquare(images, theirs.array), better: 'lower' },
    ],
    losses: { program: losses, ...(typeof referenceLosses === 'string' ? {} : { reference: referenceLosses }) },
    strips: {
      title: 'Pictures and what comes back from their latents',
      scale: 2,
      rows: [
        { label: 'the pictures', pictures: strip(images) },
        { label: 'from your latents', pictures: strip(found.array) },
        { label: "from the reference's latents", pictures: strip(theirs.array) },
        ...(shape.ok ? [{ label: 'your panel, latents from −2 to 2', pictures: panelCells(shape.array, side) }] : []),
      ],
    },
    ...(mistake === undefined ? {} : { mistake }),
  };
}

/** The middle row of a panel of 5 × 5, as pictures of their own. */
function panelCells(panelOf: NdArray, side: number): NdArray[] {
  return Array.from({ length: 5 }, (_, j) => {
    const cell = NdArray.zeros([side, side, 3]);
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side * 3; x++)
        cell.data[y * side * 3 + x] = panelOf.data[(2 * side + y) * 5 * side * 3 + j * side * 3 + x]!;
    return cell;
  });
}

/** Mistakes that show in what was learned. */
function mistakeOf(
  images: NdArray,
  found: NdArray,
  { error, before, bar, cold }: { error: number; before: number; bar: number; cold: boolean },
): Learned['mistake'] {
  const [a, b] = [pictures(images), pictures(found)];
  const nearest =
    a.map((image) => Math.min(...b.map((other) => meanSquare(image, other)))).reduce((x, y) => x + y, 0) / a.length;
  if (error > bar && nearest < 0.6 * error)
    return {
      id: 'latents-out-of-order',
      message:
        'The latents that come back are not those of their pictures: z is to have what the last iteration inferred, in the order of the pictures.',
      // Where the warm start fails as well, its hint comes first.
      hint: cold
        ? 'With a cold start z is drawn afresh before the Langevin steps of an iteration: what comes back is what these have made of it, not fresh draws.'
        : 'Where batches are shuffled, write the latents back to the rows of their own pictures.',
    };
  if (Math.abs(error / before - 1) < 0.02)
    return {
      id: 'not-trained',
      message:
        'After all iterations the pictures are as far away as after a single one: training does not reach the generator.',
    };
  if (error > 1.05 * before)
    return {
      id: 'worse-than-before',
      message:
        'The pictures are further away than after a single iteration: the step goes the wrong way, or it is too long.',
    };
  return undefined;
}

function meanSquare(a: NdArray, b: NdArray): number {
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) sum += (a.data[i]! - b.data[i]!) ** 2;
  return sum / a.data.length;
}

/** The squared error of a pixel where every picture is replaced by the mean of all. */
function meanError(images: NdArray): number {
  const means = columnMeans(images);
  let sum = 0;
  for (const [p, mean] of means.entries()) {
    for (let i = p; i < images.data.length; i += means.length) sum += (images.data[i]! - mean) ** 2;
  }
  return sum / images.data.length;
}
