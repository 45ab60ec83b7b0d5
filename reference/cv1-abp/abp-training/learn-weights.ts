import type { Deviation, Problem, PropertyCase } from '../../../harness/checks/property.ts';
import type { Call, HandleArg } from '../../../harness/model/call.ts';
import type { Success } from '../../../harness/model/observation.ts';
import { isRecord, NdArray, type Value } from '../../../harness/model/value.ts';
import { dot, normFrobenius } from '../../../harness/numerics/linalg.ts';
import { derive } from '../../../harness/numerics/random.ts';
import { generate, kept, moved, restored, rngOf, type TrainingOptions, train, weightsOf } from './calls.ts';
import { difference, lossOf, readPictures } from './pictures.ts';
import { dotAll, plus, sameShapes } from './weights.ts';

type Results = Record<string, Success>;

/** Curvature and float32 let right programs deviate by about a hundredth. */
export const SLACK = 0.08;

/** The same along the weights themselves, a fixed direction, along which right programs deviate by less than a thousandth. */
const OWN_SLACK = 0.03;

/** Moves of weights along random directions, as a share of each tensor's own size. */
const STEP = 0.01;

/** As many places as look.ts looks at. */
const MOST_PLACES = 64;

interface Seen {
  names: string[];
  tensors: boolean[];
  values: NdArray[];
}

/** Everything in parameters that may be a weight, as look.ts found it. */
function readSeen(value: Value): Seen | undefined {
  if (!isRecord(value)) return undefined;
  // What is no tensor comes as a list of numbers.
  const values = (value.values as Value[]).map((item) =>
    item instanceof NdArray ? item : NdArray.of(item as number[], [(item as number[]).length]),
  );
  return { names: value.names as string[], tensors: value.tensors as boolean[], values };
}

interface Weights extends Seen {
  after: NdArray[];
  /** Whether the step changes a place. */
  changed: boolean[];
  /** Places that the step changes and on which the pictures depend. */
  learned: number[];
  /** Places that the step leaves exactly as they are. */
  still: number[];
}

/** The weights before and after the step; undefined where they cannot be seen. */
function readWeights(results: Results): Weights | undefined {
  const both = readBoth(results['weights-before']?.value, results['weights-after']?.value);
  if (both === undefined) return undefined;
  const { changed } = both;
  const pictures = readPictures(results.before?.value, countOf(results));
  // What has been computed from weights and is kept beside them, or is not read at all, has no slope of its own.
  const counts = (t: number): boolean => {
    const id = `effect-${t}`;
    if (!(id in results) || pictures === undefined) return true;
    const other = readPictures(results[id]!.value, pictures.shape[0]!);
    return other === undefined || !same(other, pictures);
  };
  return { ...both, learned: both.names.map((_, t) => t).filter((t) => changed[t] && counts(t)) };
}

type Both = Omit<Weights, 'learned'>;

/** Hundreds of calls ask for the same comparison of some hundred thousand numbers. */
const known = new WeakMap<object, { then: Value; both: Both | undefined }>();

function readBoth(first: Value, then: Value): Both | undefined {
  if (!isRecord(first) || !isRecord(then)) return undefined;
  const found = known.get(first);
  if (found?.then === then) return found.both;
  const [before, next] = [readSeen(first)!, readSeen(then)!];
  let both: Both | undefined;
  if (before.names.join() === next.names.join() && sameShapes(before.values, next.values)) {
    const changed = before.values.map((tensor, t) => !same(tensor, next.values[t]!));
    both = { ...before, after: next.values, changed, still: changed.flatMap((one, t) => (one ? [] : [t])) };
  }
  known.set(first, { then, both });
  return both;
}

const same = (a: NdArray, b: NdArray): boolean => a.data.every((x, i) => x === b.data[i]);

/** How many pictures the batch has. */
function countOf(results: Results): number {
  const pictures = results.before?.value;
  return pictures instanceof NdArray ? pictures.shape[0]! : Array.isArray(pictures) ? pictures.length : 0;
}

/** Whether the weights that were seen and moved are all that the step has learned: they alone take the pictures to where it took them. */
export function weightsSeen(results: Results, after: string): boolean {
  if ((readWeights(results)?.learned.length ?? 0) === 0) return false;
  const [before, whole, alone] = ['before', after, 'forth'].map((id) =>
    readPictures(results[id]?.value, countOf(results)),
  );
  if (before === undefined || whole === undefined || alone === undefined) return false;
  return normFrobenius(difference(alone, whole)) <= SLACK * normFrobenius(difference(whole, before));
}

/** Names of tensors that the step leaves as they are: what training leaves, too, and those of which that is not known. */
export function stillIn(results: Results): { constant: string[]; unknown: string[] } {
  const weights = readWeights(results);
  if (weights === undefined) return { constant: [], unknown: [] };
  const left = leftOut(results, weights);
  const names = weights.still.filter((t) => weights.tensors[t] && !left?.includes(t)).map((t) => weights.names[t]!);
  return left === undefined ? { constant: [], unknown: names } : { constant: names, unknown: [] };
}

/**
 * Places that the step leaves as they are and training does not. What training leaves as well, such as fixed features or the coordinates
 * of pixels, is a part of the architecture. Undefined where training gives parameters of another kind.
 */
function leftOut(results: Results, { names, values, still }: Weights): number[] | undefined {
  if (still.length === 0) return [];
  const [short, long] = ['still-1', 'still-3'].map((id) => readSeen(results[`${id}-weights`]?.value));
  if (short === undefined || long === undefined) return undefined;
  const alike = [short, long].every((one) => one.names.join() === names.join() && sameShapes(one.values, values));
  return alike ? still.filter((t) => !same(short.values[t]!, long.values[t]!)) : undefined;
}

/** A change of some places. */
interface Move {
  places: number[];
  along: NdArray[];
}

function direction(seed: number, name: string, { values }: Weights, places: number[]): Move {
  const random = derive(seed, `abp-training/direction/${name}`);
  const along = places.map((t) => {
    const tensor = values[t]!;
    // Biases that are 0 have no size of their own.
    const size = Math.max(0.05, Math.sqrt(dot(tensor, tensor) / tensor.data.length));
    return new NdArray(
      tensor.shape,
      Float64Array.from(tensor.data, () => size * random.normal()),
    );
  });
  return { places, along };
}

const pick = (tensors: NdArray[], places: number[]): NdArray[] => places.map((t) => tensors[t]!);

/** The step itself, in the places that count. */
function stepOf({ values, after, learned }: Weights): Move {
  return { places: learned, along: plus(pick(after, learned), pick(values, learned), -1) };
}

/** The weights themselves as a direction: a decay is a step along it, of which random directions see next to nothing. */
const ownDirection = ({ values, learned }: Weights): Move => ({ places: learned, along: pick(values, learned) });

/** Looks at the weights, and makes pictures with others. `next`: the parameters after the step. */
export function weightCalls(
  seed: number,
  z: NdArray,
  images: NdArray,
  next: (results: Results) => HandleArg,
): PropertyCase['calls'] {
  /** Pictures of `start` with some of its weights moved `by` times along. */
  const probe = (id: string, by: number, move: (weights: Weights, results: Results) => Move | undefined) => {
    const when = (results: Results, call: (move: Move, weights: Weights) => Call): Call | undefined => {
      const weights = readWeights(results);
      const found = weights === undefined ? undefined : move(weights, results);
      return found === undefined || found.places.length === 0 ? undefined : call(found, weights!);
    };
    return [
      {
        id: `${id}-moved`,
        call: (results: Results) =>
          when(results, ({ places, along }, { values }) =>
            moved(kept('start'), places, plus(pick(values, places), along, by), 'moved'),
          ),
      },
      { id, call: (results: Results) => (`${id}-moved` in results ? generate(kept('moved'), z) : undefined) },
      { id: `${id}-restored`, call: (results: Results) => (`${id}-moved` in results ? restored : undefined) },
    ];
  };
  const [width, options] = [z.shape[1]!, { langevinSteps: 1, stepSize: 0.1, sigma: 1, learningRate: 1e-3 }];
  const trained = (iterations: number) => {
    const id = `still-${iterations}`;
    const asked: TrainingOptions = { ...options, latentDim: width, iterations, start: 'warm' };
    return [
      {
        id,
        call: (results: Results) =>
          (readWeights(results)?.still.length ?? 0) > 0
            ? train(images, asked, rngOf(seed, 'learn-still'), id)
            : undefined,
      },
      { id: `${id}-weights`, call: (results: Results) => (id in results ? weightsOf(kept(id, 'params')) : undefined) },
    ];
  };
  return [
    { id: 'weights-before', call: weightsOf(kept('start')) },
    { id: 'weights-after', call: (results) => weightsOf(next(results)) },
    ...Array.from({ length: MOST_PLACES }, (_, t) =>
      probe(`effect-${t}`, STEP, (weights) =>
        weights.learned.includes(t) ? direction(seed, `effect-${t}`, weights, [t]) : undefined,
      ),
    ).flat(),
    ...trained(1),
    ...trained(3),
    ...[STEP, -STEP].flatMap((by, k) =>
      probe(`unmoved-${k}`, by, (weights, results) =>
        direction(seed, 'unmoved', weights, leftOut(results, weights) ?? []),
      ),
    ),
    ...['a', 'b'].flatMap((name) =>
      ['plus', 'minus'].flatMap((side) =>
        probe(`along-${name}-${side}`, side === 'plus' ? STEP : -STEP, (weights) =>
          direction(seed, name, weights, weights.learned),
        ),
      ),
    ),
    ...[STEP, -STEP].flatMap((by, k) => probe(`own-${k}`, by, ownDirection)),
    ...probe('forth', 1, stepOf),
    ...probe('back', -1, stepOf),
  ];
}

/** The step against the slopes of the objective, where the weights can be seen. */
export function slopesOf(
  results: Results,
  seed: number,
  images: NdArray,
  rate: number,
  sigma: number,
): Deviation[] | Problem {
  const weights = readWeights(results);
  if (weights === undefined || weights.learned.length === 0) return [];
  const n = images.shape[0]!;
  const step = stepOf(weights).along;
  const loss = (id: string): number => lossOf(readPictures(results[id]?.value, n), images, sigma);
  // L(θ − δ) − L(θ + δ) is twice ‖δ‖²/η where δ = −η∇L.
  const factor = dotAll(step, step) / (rate * ((loss('back') - loss('forth')) / 2));
  const left = leftOut(results, weights) ?? [];
  if (left.length > 0 && Math.abs(loss('unmoved-0') - loss('unmoved-1')) > 1e-5 * loss('unmoved-0'))
    return {
      statement: `the step leaves ${weights.names[left[0]!]} as it is, though the pictures depend on it and trainAbp learns it.`,
      mistake: {
        id: 'weights-left-out',
        message: 'Some of the weights are not learned: the step leaves them as they are.',
      },
    };
  const length = lengthProblem(factor, images.data.length / n, n, sigma);
  if (length !== undefined) return length;
  const deviations: Deviation[] = [
    { identity: 'the step is learningRate times the gradient', error: Math.abs(factor - 1), bound: SLACK },
  ];
  /** How far the step is from the slope of log p along a direction, whose pictures are those of `less` and `more`; positive where it goes farther. */
  const offAlong = (along: NdArray[], less: string, more: string): number => {
    const slope = (loss(less) - loss(more)) / (2 * STEP);
    const told = dotAll(step, along) / rate;
    const size =
      Math.sqrt(step.reduce((total, tensor, t) => total + dot(squared(tensor), squared(along[t]!)), 0)) / rate;
    // Along weights that are next to 0 there is nothing but rounding.
    return (told - slope) / (size + Math.abs(slope) + 1e-5 * loss('before'));
  };
  for (const name of ['a', 'b'])
    deviations.push({
      identity: 'the step agrees with the slope of log p along a random direction of all weights',
      error: Math.abs(
        offAlong(direction(seed, name, weights, weights.learned).along, `along-${name}-minus`, `along-${name}-plus`),
      ),
      bound: SLACK,
    });
  const own = offAlong(ownDirection(weights).along, 'own-1', 'own-0');
  // Random directions hardly see it: anything else shows along them as well.
  if (own < -OWN_SLACK && deviations.every(({ error }) => error < -own / 5))
    return {
      statement:
        'the step makes the weights smaller than the slope of log p says, and agrees with it far better along random directions.',
      mistake: {
        id: 'weight-decay',
        message: 'Weights decay in the step: it is plain gradient ascent on log p, which has no such term.',
      },
    };
  deviations.push({
    identity: 'the step agrees with the slope of log p along the weights themselves',
    error: Math.abs(own),
    bound: OWN_SLACK,
  });
  return deviations;
}

/** What a step did that is `factor` times as long as it should be. */
function lengthProblem(factor: number, pixels: number, n: number, sigma: number): Problem | undefined {
  if (Math.abs(factor - 1) <= SLACK) return undefined;
  const known: [number, string, string][] = [
    [2, 'step-doubled', 'The step is twice as long as it should be: mind the 2 of 2σ².'],
    [0.5, 'step-halved', 'The step is half as long as it should be.'],
    [
      1 / pixels,
      'step-mean-over-pixels',
      'The gradient is that of the mean over pixels: the squared differences of a picture are summed.',
    ],
    [2 / pixels, 'step-mse', 'The gradient is that of the mean squared error of a pixel.'],
    [sigma ** 2, 'sigma-ignored', 'The gradient is not divided by σ².'],
    [sigma, 'sigma-for-sigma-squared', 'The gradient is divided by σ in place of σ².'],
    [1 / n, 'divided-twice', 'The gradient is divided by the size of the batch twice.'],
    [n, 'summed-over-batch', 'The gradient is that of the sum over the batch: it should be that of the mean.'],
  ];
  const found = known.find(([wrong]) => Math.abs(factor - wrong) < SLACK * wrong);
  if (found === undefined) return undefined;
  return {
    statement: `the step is ${factor.toPrecision(3)} times as long as learningRate times the gradient.`,
    mistake: { id: found[1], message: found[2] },
  };
}

const squared = (tensor: NdArray): NdArray =>
  new NdArray(
    tensor.shape,
    Float64Array.from(tensor.data, (x) => x * x),
  );
