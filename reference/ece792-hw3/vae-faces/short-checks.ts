import { type Problem, type PropertyCase, propertyCheck } from '../../../harness/checks/property.ts';
import { sameValue } from '../../../harness/checks/same-value.ts';
import { readLosses } from '../../../harness/checks/training.ts';
import { RngArg } from '../../../harness/model/call.ts';
import type { Check, Profile } from '../../../harness/model/exercise.ts';
import type { Success } from '../../../harness/model/observation.ts';
import { isRecord, type NdArray } from '../../../harness/model/value.ts';
import { derive } from '../../../harness/numerics/random.ts';
import { drawFaces } from '../../datasets/faces.ts';
import { type Budget, lookAt, paramsOf, type VaeCalls, vaeCalls, withoutTelling } from './calls.ts';
import { readCodes } from './codes.ts';
import { asFloat32, joined, rows } from './inputs.ts';

/** Short runs on a few faces: these ask how options, arguments and random numbers are treated, not what is learned. */

const FUNCTION = 'trainVae';
/** Programs that heed what is changed differ by 1e-5 and more; the same run gives the same numbers to the last bit. */
const SAME = 1e-9;
const WORKER = { precision: 'fast' } as const;

type Results = Record<string, Success>;
type Calls = PropertyCase['calls'];

export function shortChecks(seed: number, module: string, profile?: Profile): Check[] {
  const whole = profile !== 'quick';
  const vae = vaeCalls(module);
  const random = derive(seed, 'vae-faces/short');
  const rng = new RngArg(random.bits());
  const images = asFloat32(drawFaces(random, 8).images);
  const setup: Setup = { vae, rng, images, probe: rows(images, 6, 8) };
  return withoutTelling([
    propertyCheck({
      id: 'epochs',
      title: 'One loss an epoch, in the result and to onEpoch',
      function: FUNCTION,
      cases: whole ? [epochsCase(setup, 3), epochsCase(setup, 1)] : [epochsCase(setup, 3)],
      praise: 'Losses come once an epoch.',
    }),
    propertyCheck({
      id: 'options',
      title: 'epochs, batchSize and learningRate have their effect',
      function: FUNCTION,
      cases: [optionsCase(setup)],
      praise: 'Every option has its effect on what is learned.',
    }),
    propertyCheck({
      id: 'last-batch',
      title: 'Incomplete batches are used',
      function: FUNCTION,
      cases: whole ? [smallCase(setup), leftOverCase(setup)] : [leftOverCase(setup)],
      praise: 'Pictures that do not fill a batch are learned from, too.',
    }),
    propertyCheck({
      id: 'repeatable',
      title: 'Same faces and random numbers, same network; arguments stay as they are',
      function: FUNCTION,
      cases: [repeatCase(setup), zerosCase(setup)],
      praise: 'Training can be repeated, and leaves its arguments as they are.',
    }),
  ]);
}

interface Setup {
  vae: VaeCalls;
  rng: RngArg;
  /** [8, 32, 32, 3], of which the last two are the probe: networks are told apart by their codes. */
  images: NdArray;
  probe: NdArray;
}

/** A training under a name, and what its encoder says of the probe. */
function run({ vae, probe }: Setup, name: string, images: NdArray, budget: Budget, rng: RngArg): Calls {
  return [
    { id: `train-${name}`, call: vae.train(images, budget, rng, name) },
    { id: `codes-${name}`, call: vae.encode(paramsOf(name), probe) },
  ];
}

/** mu and logVar of the probe in one list, or what is wrong with them. */
function codesOf(results: Results, name: string): Float64Array | string {
  const codes = readCodes(results[`codes-${name}`]!.value, 2);
  return typeof codes === 'string' ? codes : Float64Array.from([...codes.mu.data, ...codes.logVar.data]);
}

function distance(a: Float64Array, b: Float64Array): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i]!)), 0);
}

function epochsCase({ vae, rng, images }: Setup, epochs: number): PropertyCase {
  const budget = { epochs, batchSize: 4, learningRate: 1e-3 };
  return {
    id: `epochs-${epochs}`,
    title: `6 faces, batchSize 4, ${epochs === 1 ? 'one epoch' : `${epochs} epochs`}`,
    worker: WORKER,
    calls: [
      { id: 'train', call: vae.train(rows(images, 0, 6), budget, rng, 'trained', true) },
      { id: 'look', call: lookAt('trained') },
    ],
    deviations: ({ train, look }) => {
      const { value } = look!;
      if (!isRecord(value) || value.params !== true) return 'it should return { params, losses }.';
      const losses = readLosses(value.losses, { least: epochs, why: 'one for each epoch' });
      if (typeof losses === 'string') return lossProblem(losses);
      if (losses.length !== epochs) {
        return lossProblem(`losses has ${losses.length} entries, and ${epochs} are expected: one for each epoch.`);
      }
      const calls = train!.callbacks ?? [];
      const told = `onEpoch was called ${calls.length} times with ${epochs} epochs`;
      if (calls.length !== epochs) {
        return {
          statement: `${told}.`,
          mistake: { id: 'on-epoch', message: 'options.onEpoch should be called once an epoch, where it is given.' },
        };
      }
      const first = calls[0]![0];
      const inOrder = (first === 0 || first === 1) && calls.every(([epoch], i) => epoch === first + i);
      if (inOrder && calls.every(([, loss], i) => sameLoss(loss, losses[i]!))) {
        return [{ identity: 'onEpoch is told epoch and loss', error: 0, bound: 0.5 }];
      }
      return {
        statement: inOrder
          ? `onEpoch was told the losses ${calls.map(([, loss]) => brief(loss)).join(', ')}; losses has ${losses.map(brief).join(', ')}.`
          : `onEpoch was told the epochs ${calls.map(([epoch]) => epoch).join(', ')}; they should count from 0 or 1.`,
        mistake: {
          id: 'on-epoch-arguments',
          message: inOrder
            ? 'onEpoch(epoch, loss) is told another loss than the one that losses has for the epoch.'
            : 'onEpoch(epoch, loss) is told other numbers than the epochs, counted from 0 or 1.',
          ...(inOrder ? { hint: 'Both are the mean loss of the epoch, over all of its batches.' } : {}),
        },
      };
    },
  };
}

const brief = (loss: number | undefined): string => String(Number(loss?.toPrecision(6)));

/** One of them may have been kept as float32. */
const sameLoss = (told: number | undefined, loss: number): boolean =>
  told !== undefined && Math.abs(told - loss) <= 1e-5 * Math.max(1, Math.abs(loss));

function lossProblem(statement: string): Problem {
  if (!/entries/.test(statement)) return statement;
  return { statement, mistake: { id: 'losses-count', message: 'losses should have one entry an epoch.' } };
}

const BASE: Budget = { epochs: 1, batchSize: 4, learningRate: 1e-3 };

function optionsCase(setup: Setup): PropertyCase {
  const { rng, images } = setup;
  const faces = rows(images, 0, 6);
  const variants: [keyof Budget, Budget][] = [
    ['epochs', { ...BASE, epochs: 2 }],
    ['batchSize', { ...BASE, batchSize: 2 }],
    ['learningRate', { ...BASE, learningRate: 1e-2 }],
  ];
  return {
    id: 'variants',
    title: 'short runs on 6 faces',
    worker: WORKER,
    calls: [
      ...run(setup, 'base', faces, BASE, rng),
      ...variants.flatMap(([name, budget]) => run(setup, name, faces, budget, rng)),
    ],
    deviations: (results) => {
      const base = codesOf(results, 'base');
      if (typeof base === 'string') return base;
      for (const [name, budget] of variants) {
        const other = codesOf(results, name);
        if (typeof other === 'string') return `with ${name} ${budget[name]}, ${other}`;
        if (distance(base, other) > SAME) continue;
        return {
          statement: `the trained network is the same with ${name} ${BASE[name]} and ${budget[name]}, everything else being equal.`,
          mistake: { id: `no-${name}`, message: `options.${name} has no effect on what is learned.` },
        };
      }
      return [{ identity: 'every option has its effect', error: 0, bound: 0.5 }];
    },
  };
}

const DROPPED = {
  id: 'last-batch-dropped',
  message: 'A batch that is not full is left out: its pictures are never learned from.',
  hint: 'An epoch has ceil(N / batchSize) batches; tensors of a fixed batch size do not fit the last one.',
};

/** Fewer faces than a batch holds: where nothing is learned, neither the rate nor the number of epochs matters. */
function smallCase(setup: Setup): PropertyCase {
  const { rng, images } = setup;
  const faces = rows(images, 0, 3);
  const budget = { ...BASE, batchSize: 8 };
  return {
    id: 'small',
    title: '3 faces, batchSize 8',
    worker: WORKER,
    calls: [
      ...run(setup, 'base', faces, budget, rng),
      ...run(setup, 'fast', faces, { ...budget, learningRate: 1e-2 }, rng),
      ...run(setup, 'long', faces, { ...budget, epochs: 3 }, rng),
    ],
    deviations: (results) => {
      const [base, fast, long] = [codesOf(results, 'base'), codesOf(results, 'fast'), codesOf(results, 'long')];
      if (typeof base === 'string') return base;
      if (typeof fast === 'string') return fast;
      if (typeof long === 'string') return long;
      if (Math.max(distance(base, fast), distance(base, long)) > SAME) {
        return [{ identity: 'something is learned', error: 0, bound: 0.5 }];
      }
      return {
        statement: 'with fewer faces than a batch holds nothing is learned: learningRate and epochs have no effect.',
        mistake: DROPPED,
      };
    },
  };
}

const FACES = 5;
const BATCH = 3;
/** Random numbers that a program is tried with before it is said to drop pictures. */
const TRIES = 5;

/**
 * In turn each of five faces is another: in one epoch with batches of three, each of them should have an effect. A program that
 * drops the rest leaves exactly two without one, in every run. One that draws its batches with replacement, which is not
 * held against it, leaves two with probability 0.4 or less, five times in a row with 0.01.
 */
function leftOverCase(setup: Setup): PropertyCase {
  const { images, rng } = setup;
  const faces = rows(images, 0, FACES);
  const budget = { ...BASE, batchSize: BATCH };
  const other = rows(images, 5, 6);
  const replaced = (i: number): NdArray =>
    asFloat32(joined(...[0, 1, 2, 3, 4].map((j) => (i === j ? other : rows(faces, j, j + 1)))));
  const name = (attempt: number, face: number | 'all'): string => `${attempt}-${face}`;
  const idle = (results: Results, attempt: number): number | string | undefined => {
    if (results[`codes-${name(attempt, FACES - 1)}`] === undefined) return undefined;
    const base = codesOf(results, name(attempt, 'all'));
    if (typeof base === 'string') return base;
    let without = 0;
    for (let face = 0; face < FACES; face++) {
      const codes = codesOf(results, name(attempt, face));
      if (typeof codes === 'string') return codes;
      if (distance(base, codes) <= SAME) without += 1;
    }
    return without;
  };
  const calls = Array.from({ length: TRIES }, (_, attempt) => {
    const draws = new RngArg(rng.seed + 1 + attempt);
    const wanted = (before: Results): boolean => attempt === 0 || idle(before, attempt - 1) === FACES % BATCH;
    const runs = [
      ...run(setup, name(attempt, 'all'), faces, budget, draws),
      ...[0, 1, 2, 3, 4].flatMap((face) => run(setup, name(attempt, face), replaced(face), budget, draws)),
    ];
    return runs.map(({ id, call }) => ({
      id,
      call: (before: Results) => (wanted(before) ? (typeof call === 'function' ? call(before) : call) : undefined),
    }));
  }).flat();
  return {
    id: 'left-over',
    title: `${FACES} faces, batchSize ${BATCH}`,
    worker: WORKER,
    calls,
    deviations: (results) => {
      const counts = Array.from({ length: TRIES }, (_, attempt) => idle(results, attempt));
      const problem = counts.find((one) => typeof one === 'string');
      if (typeof problem === 'string') return problem;
      if (counts.some((one) => one !== FACES % BATCH))
        return [{ identity: 'every face has an effect', error: 0, bound: 0.5 }];
      return {
        statement: `in every epoch ${FACES % BATCH} of ${FACES} faces have no effect on what is learned.`,
        mistake: DROPPED,
      };
    },
  };
}

function repeatCase(setup: Setup): PropertyCase {
  const { vae, rng, images, probe } = setup;
  const faces = rows(images, 0, 5);
  const encode = (name: string) => vae.encode(paramsOf(name), probe);
  return {
    id: 'same',
    title: 'two short runs with the same random numbers',
    worker: WORKER,
    calls: [
      { id: 'train-first', call: { ...vae.train(faces, BASE, rng, 'first'), echo: true } },
      { id: 'codes-first', call: encode('first') },
      ...run(setup, 'between', rows(images, 2, 3), { ...BASE, epochs: 2 }, new RngArg(rng.seed + 7)),
      // The first network once more, which the training in between must not have changed; the second makes the same one again.
      { id: 'codes-again', call: encode('first') },
      ...run(setup, 'second', faces, BASE, rng),
    ],
    deviations: (results) => {
      if (!sameValue(results['train-first']!.args![0], faces)) {
        return {
          statement: 'the training faces were changed or disposed of.',
          mistake: {
            id: 'argument-touched',
            message: 'An argument was changed or disposed of; it belongs to the caller.',
          },
        };
      }
      const [first, between, second, again] = ['first', 'between', 'second', 'again'].map((id) => codesOf(results, id));
      for (const one of [first, between, second, again]) if (typeof one === 'string') return one;
      const off = distance(first as Float64Array, second as Float64Array);
      if (off > 1e-6) {
        return {
          statement: `with the same faces, options and random numbers the codes of two networks differ by up to ${off.toPrecision(2)}.`,
          mistake: {
            id: 'not-repeatable',
            message:
              'Something is kept from one training to the next, or random numbers come from elsewhere than options.rng.',
            hint: 'Initial weights, batches and noise all need options.rng; tf.randomNormal, tf.util.shuffle and layers without a seed do not use it.',
          },
        };
      }
      const later = distance(first as Float64Array, again as Float64Array);
      if (later <= 1e-6)
        return [{ identity: 'a later training leaves an earlier network as it was', error: 0, bound: 0.5 }];
      return {
        statement: `a later training changed the codes of an earlier network by up to ${later.toPrecision(2)}.`,
        mistake: {
          id: 'params-shared',
          message: 'All trainings share the same weights: a later one changes the params that an earlier one returned.',
        },
      };
    },
  };
}

function zerosCase({ vae, rng, images, probe }: Setup): PropertyCase {
  return {
    id: 'zeros',
    title: 'random numbers that are exactly 0 now and then, and batches of one',
    worker: WORKER,
    calls: [
      {
        id: 'train',
        call: vae.train(rows(images, 0, 2), { ...BASE, batchSize: 1 }, new RngArg(rng.seed, 7), 'zeros'),
      },
      { id: 'codes-zeros', call: vae.encode(paramsOf('zeros'), probe) },
    ],
    deviations: (results) => {
      const codes = codesOf(results, 'zeros');
      if (typeof codes !== 'string') return [{ identity: 'every number is finite', error: 0, bound: 0.5 }];
      if (!/finite|NaN/.test(codes)) return codes;
      return {
        statement: codes,
        mistake: {
          id: 'log-of-zero',
          message: 'A logarithm or a quotient of rng() is taken where rng() is exactly 0.',
          hint: '1 − rng() is never 0.',
        },
      };
    },
  };
}
