import { coerce } from '../../../harness/checks/coerce.ts';
import { type Problem, type PropertyCase, propertyCheck } from '../../../harness/checks/property.ts';
import { sameValue } from '../../../harness/checks/same-value.ts';
import { readLosses } from '../../../harness/checks/training.ts';
import type { Call } from '../../../harness/model/call.ts';
import type { Check } from '../../../harness/model/exercise.ts';
import type { Success } from '../../../harness/model/observation.ts';
import { isRecord, type NdArray, type Value } from '../../../harness/model/value.ts';
import { derive } from '../../../harness/numerics/random.ts';
import { drawAnimals } from '../../datasets/animals.ts';
import {
  FAST,
  generate,
  hold,
  kept,
  latents,
  misshapen,
  rngOf,
  SIDE,
  state,
  type TrainingOptions,
  train,
} from './calls.ts';
import { lawCase } from './chain-law.ts';
import { lossOf } from './pictures.ts';

type Results = Record<string, Success>;

const animals = (seed: number, label: string, n: number): NdArray =>
  drawAnimals(derive(seed, `abp-training/${label}`), n, SIDE).images;

/** Options under which neither Langevin steps nor learning change anything that can be seen: what is left is how z starts. */
const STILL = { latentDim: 2, iterations: 6, langevinSteps: 1, stepSize: 1e-6, sigma: 1, learningRate: 1e-12 };
const PRIOR = 16;

/**
 * Warm and cold start, told apart by the losses of a training in which nothing but a fresh z can change them: one picture, so
 * that there are no batches to choose, steps of 1e-6 and a learning rate of 1e-12. Cold, the losses vary as those of latents from the prior
 * do; warm, they stay.
 */
export function startCheck(seed: number): Check {
  const images = animals(seed, 'start', 1);
  const z = latents(seed, 'start', PRIOR);
  const cases = (['warm', 'cold'] as const).map((start): PropertyCase => {
    const options: TrainingOptions = { ...STILL, start };
    return {
      ...{ id: start, title: `a ${start} start`, worker: FAST },
      calls: [
        { id: 'train', call: train(images, options, rngOf(seed, `start-${start}`), 'still') },
        { id: 'losses', call: state(kept('still', 'losses')) },
        { id: 'z', call: state(kept('still', 'z')) },
        { id: 'prior', call: generate(kept('still', 'params'), z) },
        // A generator that hardly depends on z says nothing by its losses: then z itself is compared with that of a shorter training.
        {
          id: 'train-shorter',
          call: (results) =>
            sensitivity(results, images) > 1e-5
              ? undefined
              : train(images, { ...options, iterations: 3 }, rngOf(seed, `start-${start}`), 'shorter'),
        },
        { id: 'z-shorter', call: (results) => ('train-shorter' in results ? state(kept('shorter', 'z')) : undefined) },
      ],
      deviations: (results) => {
        const losses = readLosses(stateValue(results.losses), {
          least: options.iterations,
          why: 'one for each iteration',
        });
        if (typeof losses === 'string') return misshapen(losses);
        if (losses.every((loss) => loss === 0)) return NOTHING_LEARNED;
        const sensitive = sensitivity(results, images);
        const changed = (Math.max(...losses) - Math.min(...losses)) / Math.abs(losses[0]!);
        const fresh =
          'z-shorter' in results
            ? !sameValue(stateValue(results.z), stateValue(results['z-shorter']), 1e-3)
            : changed > 0.02 * sensitive;
        if (fresh === (start === 'cold')) return [{ identity: 'z starts as it should', error: 0, bound: 0.5 }];
        return start === 'cold'
          ? {
              statement: 'the latents of one iteration go on in the next.',
              mistake: {
                id: 'cold-is-warm',
                message: 'The cold start is a warm one: z should be drawn afresh from N(0, I) in every iteration.',
              },
            }
          : {
              statement:
                'the losses change from iteration to iteration, where steps of 1e-6 and a learning rate of 1e-12 leave them nothing to change by but fresh latents.',
              mistake: {
                id: 'warm-is-cold',
                message:
                  'The warm start is a cold one (or stepSize and learningRate are not used): z should go on from where the iteration before has left it.',
              },
            };
      },
    };
  });
  return propertyCheck({
    id: 'start',
    title: 'A warm start carries z over, a cold one draws it afresh, and Langevin steps move it',
    function: 'trainAbp',
    cases: [...cases, lawCase(seed, (n) => animals(seed, 'law', n))],
    praise:
      'A warm start carries z over, a cold one draws it afresh in every iteration, and Langevin steps let it vary as they should.',
  });
}

/** No generator gives a picture back exactly: such losses are of no picture at all. */
const NOTHING_LEARNED: Problem = {
  statement: 'every loss is exactly 0, with a single picture.',
  mistake: {
    id: 'rest-left-out',
    message: 'The losses are 0 with a single picture: pictures that do not fill a batch are left out.',
    hint: 'The last batch may be smaller than the others: its pictures are to be learned, too.',
  },
};

/** Relative range of the loss over latents from the prior. */
function sensitivity(results: Results, images: NdArray): number {
  const pictures = coerce(results.prior?.value, [PRIOR, SIDE, SIDE, 3]);
  if (!pictures.ok) return 0;
  const size = pictures.array.data.length / PRIOR;
  const losses = Array.from({ length: PRIOR }, (_, i) => {
    const one = pictures.array.data.slice(i * size, (i + 1) * size);
    return lossOf(new (pictures.array.constructor as typeof NdArray)([1, SIDE, SIDE, 3], one), images, 1);
  });
  return (Math.max(...losses) - Math.min(...losses)) / Math.max(...losses);
}

/** What state() saw. */
export function stateValue(outcome: Success | undefined): Value {
  return isRecord(outcome?.value) ? outcome.value.value : undefined;
}

const SHORT: TrainingOptions = {
  ...{ latentDim: 2, iterations: 2, langevinSteps: 2, stepSize: 0.2, sigma: 0.5, learningRate: 1e-3 },
  start: 'warm',
};
const N = 5;

const VARIANTS: { name: keyof TrainingOptions; options: TrainingOptions }[] = [
  { name: 'iterations', options: { ...SHORT, iterations: 3 } },
  { name: 'langevinSteps', options: { ...SHORT, langevinSteps: 4 } },
  { name: 'stepSize', options: { ...SHORT, stepSize: 0.5 } },
  { name: 'sigma', options: { ...SHORT, sigma: 0.1 } },
  { name: 'learningRate', options: { ...SHORT, learningRate: 1e-2 } },
  { name: 'latentDim', options: { ...SHORT, latentDim: 3 } },
];

/** Next to nothing. An option that is exactly 0 does the same, and stands for no default. */
const LITTLE: TrainingOptions = { ...SHORT, stepSize: 1e-9, learningRate: 1e-12 };
const ZEROS = ['learningRate', 'stepSize'] as const;

function zeroCase(seed: number): PropertyCase {
  const images = animals(seed, 'zero-options', 2);
  const z = latents(seed, 'zero-options', 3);
  const run = (id: string, options: TrainingOptions, when: (results: Results) => boolean = () => true) => {
    const wanted = (call: Call) => (results: Results) => (when(results) ? call : undefined);
    return [
      { id: `train-${id}`, call: wanted(train(images, options, rngOf(seed, 'zero-options'), `zero-${id}`)) },
      { id: `z-${id}`, call: wanted(state(kept(`zero-${id}`, 'z'))) },
      { id: `pictures-${id}`, call: wanted(generate(kept(`zero-${id}`, 'params'), z)) },
    ];
  };
  const asLittle = (results: Results, id: string): boolean =>
    // A warm start at 0 leaves 1e-9 times the noise.
    sameValue(stateValue(results[`z-${id}`]), stateValue(results['z-little']), 1e-5, 1e-6) &&
    sameValue(results[`pictures-${id}`]?.value, results['pictures-little']?.value, 1e-5);
  const odd = (results: Results) => ZEROS.find((name) => !asLittle(results, name));
  return {
    ...{ id: 'zeros', title: 'short trainings with a learningRate and a stepSize of 0', worker: FAST },
    calls: [
      ...run('little', LITTLE),
      ...ZEROS.flatMap((name) => run(name, { ...LITTLE, [name]: 0 })),
      // What differs from one training to the next is no matter of the option.
      ...run('again', LITTLE, (results) => odd(results) !== undefined),
    ],
    deviations: (results) => {
      const name = odd(results);
      if (name === undefined || !asLittle(results, 'again'))
        return [{ identity: 'an option that is 0 does nothing', error: 0, bound: 0.5 }];
      return {
        statement: `${name} 0 gives another result than ${name} ${LITTLE[name]}, everything else being equal.`,
        mistake: {
          id: 'zero-is-default',
          message: 'An option that is 0 is taken for one that was left out: 0 means 0.',
          hint: 'options.x || y takes y where x is 0. All options are given, so that none needs a default.',
        },
      };
    },
  };
}

/** `options`: each of them has its effect, and results have their shapes. */
export function optionsCheck(seed: number): Check {
  const images = animals(seed, 'options', N);
  const rng = rngOf(seed, 'options');
  const runs = [{ name: 'base', options: SHORT, images, n: N }, ...VARIANTS.map((v) => ({ ...v, images, n: N }))];
  const calls = runs.flatMap(({ name, options }) => [
    // With a callback in some runs and without in others.
    { id: `train-${name}`, call: train(images, options, rng, `run-${name}`, name === 'iterations') },
    { id: `z-${name}`, call: state(kept(`run-${name}`, 'z')) },
    { id: `losses-${name}`, call: state(kept(`run-${name}`, 'losses')) },
    {
      id: `pictures-${name}`,
      call: generate(kept(`run-${name}`, 'params'), latents(seed, 'options', 3, options.latentDim)),
    },
  ]);
  const item: PropertyCase = {
    ...{ id: 'variants', title: `short trainings on ${N} pictures`, worker: FAST, calls },
    deviations: (results) => {
      for (const { name, options } of runs) {
        const z = coerce(stateValue(results[`z-${name}`]), [N, options.latentDim], 'z');
        if (!z.ok) return misshapen(z.problem);
        if (!z.array.data.every(Number.isFinite)) return 'z has entries that are not finite.';
        const losses = readLosses(stateValue(results[`losses-${name}`]), {
          least: options.iterations,
          why: 'one for each iteration',
        });
        if (typeof losses === 'string') return misshapen(losses);
        if (losses.length > options.iterations)
          return misshapen(
            `losses has ${losses.length} entries, and ${options.iterations} are expected: one for each iteration.`,
          );
        const pictures = coerce(results[`pictures-${name}`]!.value, [3, SIDE, SIDE, 3], 'generate(params, z)');
        if (!pictures.ok) return misshapen(pictures.problem);
      }
      const told = results['train-iterations']!.callbacks?.length ?? 0;
      if (told !== 3)
        return {
          statement: `onIteration was called ${told} times in 3 iterations.`,
          mistake: { id: 'callback-count', message: 'options.onIteration is to be called once an iteration.' },
        };
      const idle = VARIANTS.find(
        ({ name }) =>
          name !== 'latentDim' &&
          name !== 'iterations' &&
          sameValue(stateValue(results[`z-${name}`]), stateValue(results['z-base']), 1e-7) &&
          sameValue(results[`pictures-${name}`]!.value, results['pictures-base']!.value, 1e-8),
      );
      if (idle === undefined) return [{ identity: 'every option has its effect', error: 0, bound: 0.5 }];
      return {
        statement: `the result is the same with ${idle.name} ${SHORT[idle.name]} and ${idle.options[idle.name]}, everything else being equal.`,
        mistake: { id: `no-${idle.name}`, message: `options.${idle.name} has no effect.` },
      };
    },
  };
  return propertyCheck({
    id: 'options',
    title: 'Every option has its effect, results have their shapes',
    function: 'trainAbp',
    cases: [item, zeroCase(seed)],
    praise: 'Every option has its effect, and z, losses and pictures have their shapes.',
  });
}

/** `repeatable`: same pictures and random numbers, same result; arguments stay as they are; rng() = 0; one picture. */
export function repeatCheck(seed: number): Check {
  const images = animals(seed, 'repeat', 3);
  const held = kept('pictures') as unknown as NdArray;
  const rng = rngOf(seed, 'repeat');
  const z = latents(seed, 'repeat', 2);
  const same: PropertyCase = {
    ...{ id: 'same', title: 'two short trainings with the same random numbers', worker: FAST },
    calls: [
      { id: 'hold', call: hold(images, 'pictures') },
      { id: 'train', call: train(held, SHORT, rng, 'first') },
      { id: 'state', call: state(kept('pictures')) },
      { id: 'z', call: state(kept('first', 'z')) },
      { id: 'pictures', call: generate(kept('first', 'params'), z) },
      // Another training, with other random numbers, and the first generator once more: it must not have been changed. One with the same
      // random numbers would learn the same weights again.
      {
        id: 'train-between',
        call: train(images, { ...SHORT, iterations: 1, langevinSteps: 1 }, rngOf(seed, 'repeat-between'), 'between'),
      },
      { id: 'pictures-later', call: generate(kept('first', 'params'), z) },
      { id: 'train-again', call: train(images, SHORT, rng, 'second') },
      { id: 'z-again', call: state(kept('second', 'z')) },
      { id: 'pictures-again', call: generate(kept('second', 'params'), z) },
    ],
    deviations: (results) => {
      if (!sameValue(stateValue(results.state), images, 1e-6))
        return {
          statement: 'the pictures were changed or disposed of.',
          mistake: {
            id: 'argument-touched',
            message: 'An argument was changed or disposed of; it belongs to the caller.',
          },
        };
      const pairs: [string, string][] = [
        ['z', 'z-again'],
        ['pictures', 'pictures-again'],
      ];
      const read = (id: string): Value => (id.startsWith('z') ? stateValue(results[id]) : results[id]!.value);
      if (pairs.some(([a, b]) => !sameValue(read(a), read(b), 1e-4)))
        return {
          statement: 'with the same pictures, options and random numbers the two results differ.',
          mistake: {
            id: 'not-repeatable',
            message:
              'Something is kept from one training to the next, or random numbers come from elsewhere than options.rng.',
            hint: 'Initial weights, initial latents and noise all need options.rng.',
          },
        };
      if (!sameValue(read('pictures'), read('pictures-later'), 1e-5))
        return {
          statement: 'a second training changes what the first one has learned.',
          mistake: {
            id: 'weights-kept',
            message: 'Weights are kept outside of params: a second training changes those of the first.',
          },
        };
      return [{ identity: 'the same random numbers give the same result', error: 0, bound: 0.5 }];
    },
  };
  const zeros: PropertyCase = {
    ...{ id: 'zeros', title: 'one picture, and random numbers that are exactly 0 now and then', worker: FAST },
    calls: [
      {
        id: 'train',
        call: train(animals(seed, 'zeros', 1), { ...SHORT, start: 'cold' }, rngOf(seed, 'zeros', 7), 'zeros'),
      },
      { id: 'z', call: state(kept('zeros', 'z')) },
      { id: 'pictures', call: generate(kept('zeros', 'params'), z) },
    ],
    deviations: (results) => {
      const found = coerce(stateValue(results.z), [1, 2], 'z');
      if (!found.ok) return misshapen(found.problem);
      const pictures = coerce(results.pictures!.value, [2, SIDE, SIDE, 3], 'generate(params, z)');
      if (!pictures.ok) return misshapen(pictures.problem);
      if ([found.array, pictures.array].every(({ data }) => data.every(Number.isFinite)))
        return [{ identity: 'every number is finite', error: 0, bound: 0.5 }];
      return {
        statement: 'z or the pictures have entries that are not finite.',
        mistake: {
          id: 'log-of-zero',
          message: 'A logarithm or a quotient of rng() is taken where rng() is exactly 0.',
        },
      };
    },
  };
  return propertyCheck({
    id: 'repeatable',
    title: 'Same pictures and random numbers, same result; arguments stay as they are',
    function: 'trainAbp',
    cases: [same, zeros],
    praise: 'Training can be repeated, and leaves its arguments as they are.',
  });
}
