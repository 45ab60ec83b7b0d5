import { propertyCheck } from '../../../harness/checks/property.ts';
import { sameValue } from '../../../harness/checks/same-value.ts';
import { readLosses } from '../../../harness/checks/training.ts';
import { CallbackArg, RngArg } from '../../../harness/model/call.ts';
import type { Check } from '../../../harness/model/exercise.ts';
import type { Success } from '../../../harness/model/observation.ts';
import { isRecord, NdArray } from '../../../harness/model/value.ts';
import { derive } from '../../../harness/numerics/random.ts';
import { registerCall } from './call.ts';
import { readH } from './result.ts';

/** Enough steps for H to have left the identity, and so few that they cost a second. */
const SHORT = { iterations: 12, batchSize: 48, learningRate: 0.01 };
/**
 * Some programs train the critic alone at first, since it has to know a little before it can point anywhere. Where H has
 * not moved at all after the few steps, as many are made as such a start can reasonably take.
 */
const LONGER = { ...SHORT, iterations: 150 };
const [SLOWER, SMALLER] = [{ learningRate: 0.002 }, { batchSize: 31 }];

const IDENTITY = NdArray.of([1, 0, 0, 0, 1, 0, 0, 0, 1], [3, 3]);

type Results = Record<string, Success>;
type Mistake = { statement: string; mistake: { id: string; message: string; hint?: string } };

const said = (id: string, message: string, hint?: string): Mistake => ({
  statement: message,
  mistake: { id, message, ...(hint === undefined ? {} : { hint }) },
});

/** Everything that a few iterations show: purity, the same result from the same seed, and options that are listened to. */
export function shortChecks(module: string, seed: number, pair: { fixed: NdArray; moving: NdArray }): Check[] {
  const randomSeed = derive(seed, 'registration/short').integer(2 ** 31);
  const rng = new RngArg(randomSeed);
  const small = corner(pair);
  const call = (options: Partial<typeof SHORT>, more: Parameters<typeof registerCall>[2] = {}, images = pair) =>
    registerCall(module, images, { ...SHORT, ...options, rng, ...more });

  const repeated = propertyCheck({
    id: 'same-seed',
    title: 'The same seed gives the same H; the pictures stay as they are',
    function: 'register',
    praise: 'The same seed gives the same H, and nothing is kept between calls.',
    cases: [
      {
        id: 'repeat',
        title: `${SHORT.iterations} iterations, made twice`,
        worker: { precision: 'fast' },
        calls: [
          { id: 'first', call: { ...call({}, { onIteration: new CallbackArg() }), echo: true } },
          // Of another size, and of the same: what is kept between calls may depend on it.
          { id: 'between-small', call: call({ iterations: 3 }, {}, small) },
          { id: 'between-alike', call: call({ iterations: 3 }, {}, { fixed: pair.moving, moving: pair.fixed }) },
          // Without the callback, which is optional.
          { id: 'second', call: call({}) },
          // An H that has not moved is the same whatever was drawn.
          { id: 'first-longer', call: ({ first }) => (standsStill(first!) ? call(LONGER) : undefined) },
          { id: 'second-longer', call: ({ first }) => (standsStill(first!) ? call(LONGER) : undefined) },
        ],
        deviations: (results) => judgeRepeat(results, pair),
      },
    ],
  });
  const options = propertyCheck({
    id: 'options',
    title: 'iterations, batchSize, learningRate, rng and onIteration are honoured',
    function: 'register',
    praise: 'All options are honoured.',
    cases: [
      {
        id: 'each',
        title: 'options other than the usual ones',
        worker: { precision: 'fast' },
        calls: [
          { id: 'usual', call: call({}, { onIteration: new CallbackArg() }) },
          { id: 'slower', call: call(SLOWER) },
          { id: 'smaller', call: call(SMALLER) },
          { id: 'once', call: call({ iterations: 1 }) },
          ...Object.entries({ usual: {}, slower: SLOWER, smaller: SMALLER }).map(([id, changed]) => ({
            id: `${id}-longer`,
            call: (before: Results) => (allAlike(before) ? call({ ...LONGER, ...changed }) : undefined),
          })),
        ],
        deviations: (results) => judgeOptions(results),
      },
      {
        id: 'zeros',
        title: 'square pictures of 12×12, with an rng that is exactly 0 now and then',
        worker: { precision: 'fast' },
        calls: [{ id: 'small', call: call({ iterations: 4 }, { rng: new RngArg(randomSeed, 5) }, small) }],
        deviations: (results) => judgeZeros(results.small!),
      },
    ],
  });
  // Training programs, if only for a moment: known mistakes are told by what is seen here, not by running them.
  return [repeated, options].map((check) => ({ ...check, telling: [] }));
}

/** The upper left 12×12 pixels of both pictures. */
function corner({ fixed, moving }: { fixed: NdArray; moving: NdArray }, side = 12) {
  const cut = (image: NdArray): NdArray => {
    const [, width, channels = 1] = image.shape as [number, number, number?];
    const entries = Array.from({ length: side }, (_, row) =>
      Array.from(image.data.subarray(row * width * channels, (row * width + side) * channels)),
    ).flat();
    return NdArray.of(entries, [side, side, ...image.shape.slice(2)]);
  };
  return { fixed: cut(fixed), moving: cut(moving) };
}

/** H as an array, or why there is none. */
const matrixOf = (result: Success): NdArray | string => readH(result.value);

/** Matrices that not a single step has told apart. */
const same = (a: NdArray | string, b: NdArray | string): boolean => sameValue(a as NdArray, b as NdArray, 1e-9);

/** Whether H is still the identity, where every motion starts; a step moves it by a hundredth. */
function standsStill(result: Success): boolean {
  const H = matrixOf(result);
  return typeof H !== 'string' && sameValue(H, IDENTITY, 1e-5);
}

/** Whether the few steps give the same H with every option. */
function allAlike({ usual, slower, smaller, once }: Results): boolean {
  const [H, ...others] = [usual, slower, smaller, once].map((result) => matrixOf(result!));
  return typeof H !== 'string' && others.every((other) => typeof other !== 'string' && same(H!, other));
}

function judgeRepeat(results: Results, { fixed, moving }: { fixed: NdArray; moving: NdArray }) {
  const { first } = results;
  const pairs = [
    ['first', 'second'],
    ['first-longer', 'second-longer'],
  ].map((ids) => ids.flatMap((id) => (results[id] === undefined ? [] : [matrixOf(results[id])])));
  for (const H of pairs.flat()) if (typeof H === 'string') return said('no-matrix', H);
  for (const [i, [name, image]] of Object.entries([
    ['fixed', fixed],
    ['moving', moving],
  ] as const)) {
    const after = first!.args?.[Number(i)];
    if (after === 'disposed') return said('disposes-its-arguments', `register disposed of its argument ${name}.`);
    if (!unchanged(after, image)) return said('changes-its-arguments', `register changed its argument ${name}.`);
  }
  // Sums may be taken in an order that depends on the machine, never on the call.
  if (pairs.some(([a, b]) => a !== undefined && !sameValue(a as NdArray, b as NdArray, 1e-6))) {
    return said(
      'not-repeatable',
      'Two calls with the same pictures, options and seed give different H.',
      'Random numbers may come from options.rng alone (tf.randomNormal, Math.random and shuffles of tfjs do not), and parameters and optimisers have to be made anew in every call.',
    );
  }
  return [{ identity: 'the same seed gives the same H', error: 0, bound: 1 }];
}

/** Pictures were stored as float32 in the worker, and a changed entry is off by more than that. */
function unchanged(after: unknown, image: NdArray): boolean {
  if (!(after instanceof NdArray) || after.data.length !== image.data.length) return false;
  return image.data.every((value, i) => Math.abs(value - after.data[i]!) <= 1e-6);
}

function judgeOptions(results: Results) {
  const { usual, once } = results;
  // Those of many steps where few have not moved H.
  const last = (id: string): Success => results[`${id}-longer`] ?? results[id]!;
  const matrices = [last('usual'), last('slower'), last('smaller'), once!].map(matrixOf);
  for (const one of matrices) if (typeof one === 'string') return said('no-matrix', one);
  const [H, atLowRate, inSmallBatches, oneStep] = matrices as [NdArray, NdArray, NdArray, NdArray];
  const counts = [
    { result: usual!, iterations: SHORT.iterations },
    { result: once!, iterations: 1 },
  ];
  for (const { result, iterations } of counts) {
    const losses = readLosses(isRecord(result.value) ? result.value.losses : undefined, { least: 0, why: '' });
    if (typeof losses === 'string') return said('losses-not-numbers', losses);
    if (losses.length !== iterations) {
      return said(
        'iterations-not-honoured',
        `With iterations: ${iterations} there are ${losses.length} losses; one for every iteration is asked for.`,
        'options.iterations says how many steps are made.',
      );
    }
  }
  if ([oneStep, atLowRate, inSmallBatches].every((other) => same(H, other))) {
    return said('identity', 'H is the same whatever the options are: nothing is learned about the motion.');
  }
  if (same(H, oneStep)) {
    const { iterations } = results['usual-longer'] === undefined ? SHORT : LONGER;
    return said('iterations-not-honoured', `1 iteration and ${iterations} iterations give the same H.`);
  }
  if (same(H, atLowRate)) {
    return said('rate-not-honoured', 'learningRate: 0.002 and 0.01 give the same H: the option is not looked at.');
  }
  if (same(H, inSmallBatches)) {
    return said('batch-size-not-honoured', 'batchSize: 31 and 48 give the same H: the option is not looked at.');
  }
  return judgeCallbacks(usual!.callbacks ?? []) ?? [{ identity: 'all options are honoured', error: 0, bound: 1 }];
}

/** Once an iteration, with its number (from 0, or from 1) and a loss. */
function judgeCallbacks(calls: number[][]): Mistake | undefined {
  if (calls.length !== SHORT.iterations) {
    return said(
      'callback-count',
      `onIteration was called ${calls.length} times in ${SHORT.iterations} iterations; once in each is asked for.`,
    );
  }
  const first = calls[0]![0]!;
  if ((first !== 0 && first !== 1) || calls.some(([i], k) => i !== first + k)) {
    return said('callback-number', 'onIteration(i, loss): i should count the iterations, 0, 1, 2, …');
  }
  if (calls.some(([, loss]) => loss === undefined || !Number.isFinite(loss))) {
    return said('callback-loss', 'onIteration(i, loss): loss should be a finite number (not a tensor).');
  }
  return undefined;
}

function judgeZeros(result: Success) {
  const H = matrixOf(result);
  if (typeof H === 'string') {
    return said('rng-zero', H, 'rng() is uniform on [0, 1) and may be exactly 0: log(rng()) is then −∞.');
  }
  const losses = readLosses(isRecord(result.value) ? result.value.losses : undefined, { least: 0, why: '' });
  if (typeof losses === 'string') {
    return said('rng-zero', losses, 'rng() is uniform on [0, 1) and may be exactly 0: log(rng()) is then −∞.');
  }
  return [{ identity: 'H and the losses are finite', error: 0, bound: 1 }];
}
