import { coerce } from '../../../harness/checks/coerce.ts';
import { once } from '../../../harness/checks/once.ts';
import { type Problem, type PropertyCase, propertyCheck } from '../../../harness/checks/property.ts';
import { sameValue } from '../../../harness/checks/same-value.ts';
import { type Learned, trainingCheck } from '../../../harness/checks/training.ts';
import { type Arg, type Call, HandleArg, RngArg } from '../../../harness/model/call.ts';
import type { Check } from '../../../harness/model/exercise.ts';
import type { Success } from '../../../harness/model/observation.ts';
import { NdArray, type Value } from '../../../harness/model/value.ts';
import { maxAbs } from '../../../harness/numerics/compare.ts';
import { pictures } from '../../../harness/numerics/images.ts';
import { derive } from '../../../harness/numerics/random.ts';
import { drawDigits } from '../../datasets/mnist.ts';
import { drawHoledDigits, type HoledDigits, PIXELS, SIDE } from './inputs.ts';
import { changeInside, type Fill, figuresOf, insideHoles, measureFill, type Rivals } from './judge-fill.ts';
import { measureRivals } from './rivals.ts';

const FUNCTION = 'trainInpainting';
/** The budget of the contract. */
const BUDGET = { iterations: 300, batchSize: 64, learningRate: 1e-3, trainingDigits: 2000, heldOut: 500 };
/** Digits shown. */
const SHOWN = 12;

type Budget = typeof BUDGET;
type Options = Omit<Budget, 'trainingDigits' | 'heldOut'>;

const train = (module: string, images: NdArray, options: Options, rng: RngArg, keep: string): Call => ({
  module,
  fn: FUNCTION,
  args: [images, { ...options, rng } as Arg],
  keep,
  send: false,
});

const fillIn = (module: string, keep: string, z: NdArray): Call => ({
  module,
  fn: new HandleArg(keep, ['generate']),
  args: [z],
});

/** The checks of trainInpainting: what it learns at the full budget, and short runs that show how it treats its arguments. */
export function trainingChecks(seed: number, module: string): Check[] {
  return [fullTraining(seed, module), optionsCheck(seed, module), repeatCheck(seed, module)];
}

/** `budget`: smaller only where the check itself is tried. */
export function fullTraining(seed: number, module: string, budget: Budget = BUDGET): Check {
  const { trainingDigits, heldOut, ...options } = budget;
  const data = once(() => {
    const training = drawDigits(derive(seed, 'energy-inpainting/training'), trainingDigits, { balanced: true }).images;
    const held = drawHoledDigits(derive(seed, 'energy-inpainting/held-out'), heldOut, 'test');
    return { training, held };
  });
  const rivals = once(() => measureRivals(data().training, data().held));
  const rng = new RngArg(derive(seed, 'energy-inpainting/rng').bits());
  return trainingCheck({
    id: 'training',
    title: 'Holes in digits that it has not seen are filled in',
    function: FUNCTION,
    // The architecture is the student's: networks of convolutions take several times as long as the reference's layers.
    timeFactor: 30,
    parameters: { share: 0.8, change: 0.02 },
    praise: 'Trained at the budget of the sheet, the generator fills holes better than they would be left empty.',
    reason: `Measured on ${BUDGET.heldOut} held-out digits at ${BUDGET.iterations} iterations of batch ${BUDGET.batchSize}, rate ${BUDGET.learningRate}, as a share of the empty hole's error: right programs 0.33 to 0.68 (from the energy alone 0.55 to 0.68), trained on whole digits 1.00, gradient not turned 1.36 to 1.41. A generator that is not trained changes by 0, trained ones by 0.15 and more.`,
    cases: [
      {
        id: 'budget',
        title: `${trainingDigits} training digits`,
        calls: [
          { id: 'train', call: () => train(module, data().training, options, rng, 'trained') },
          { id: 'fill', call: () => fillIn(module, 'trained', data().held.z) },
          // The same start, hardly trained: what the rest of the training has changed can be seen.
          { id: 'start', call: () => train(module, data().training, { ...options, iterations: 1 }, rng, 'start') },
          { id: 'fill-start', call: () => fillIn(module, 'start', data().held.z) },
        ],
        judge: (results, reference, bounds) => {
          const [fill, start] = [results.fill!.value, results['fill-start']!.value];
          return judgeFill({ fill, start, reference: reference.fill!.value }, data().held, rivals(), bounds);
        },
      },
    ],
  });
}

function judgeFill(
  values: Record<'fill' | 'start' | 'reference', Value>,
  held: HoledDigits,
  rivals: Rivals,
  { share, change: least }: Record<string, number>,
): Learned | string {
  const n = held.x.shape[0]!;
  const [y, start] = [completed(values.fill, n), completed(values.start, n)];
  if (typeof y === 'string') return y;
  if (typeof start === 'string') return `after a single iteration, ${start}`;
  const fill = measureFill(y, held);
  const change = changeInside(start, y, held);
  const mistake = mistakeOf(fill, rivals, change >= least!);
  const strip = (array: NdArray): NdArray[] => pictures(array, [SIDE, SIDE]).slice(0, SHOWN);
  const reference = completed(values.reference, n);
  if (typeof reference === 'string') throw new Error(`the reference: ${reference}`);
  return {
    figures: figuresOf(fill, rivals, share!, change, least!),
    strips: {
      title: 'Held-out digits',
      scale: 2,
      rows: [
        { label: 'with the hole', pictures: strip(held.z) },
        { label: 'your generator, inside the hole', pictures: strip(insideHoles(y, held)) },
        { label: 'your generator, everything', pictures: strip(y) },
        { label: 'the reference, inside the hole', pictures: strip(insideHoles(reference, held)) },
        { label: 'the true digit', pictures: strip(held.x) },
      ],
    },
    ...(mistake === undefined ? {} : { mistake }),
  };
}

const NOT_TRAINED: Learned['mistake'] = {
  id: 'not-trained',
  message:
    'The generator fills holes after all iterations as it does after a single one: training does not reach it, or options.iterations is not used.',
  hint: "Are the generator's weights among those that the optimizer changes?",
};

/** Mistakes that show in what was learned. */
function mistakeOf(fill: Fill, rivals: Rivals, trained: boolean): Learned['mistake'] {
  if (fill.ink < 0.15 * rivals.empty && fill.known < 0.1) {
    return {
      id: 'trained-without-holes',
      message: 'The generator gives back what it was given, and leaves the hole empty: it was trained on whole digits.',
      hint: 'It has to see z = x(1 − m) in training, and to be judged by what it puts into the hole.',
    };
  }
  if (!trained) return NOT_TRAINED;
  if (fill.error > 1.05 * rivals.empty) {
    return {
      id: 'worse-than-empty',
      message:
        'What the generator puts into the hole is further from a digit than an empty hole: the energy has run ahead of the generator, or, where the check of the generator’s gradient is not accepted, either, the sign of that gradient is not turned.',
      hint: 'E wants E(x) low and E(x̂) high, the generator wants E(x̂) low: only the gradient of the generator is turned. Where energyLoss has that and the training descends it, a weaker or slower energy network, several steps of the generator for one of the energy, or a reconstruction term inside the hole helps.',
    };
  }
  return undefined;
}

/** Completed digits as an array [n, 784], or what is wrong with them. */
function completed(value: Value, n: number): NdArray | string {
  const coerced = coerce(value, [n, PIXELS], 'generate(z)');
  if (!coerced.ok) return coerced.problem;
  const odd = coerced.array.data.findIndex((x) => !Number.isFinite(x));
  if (odd < 0) return coerced.array;
  return `generate(z) gives ${coerced.array.data[odd]}: the training has diverged. Is there a logarithm of 0, an exponential that overflows, or too long a step?`;
}

/** Short runs: these ask how options, arguments and random numbers are treated, not what is learned. */
const SHORT: Options = { iterations: 1, batchSize: 2, learningRate: 1e-3 };
const FEW = 8;

function shortData(seed: number, label: string, n: number): { images: NdArray; z: NdArray } {
  const random = derive(seed, `energy-inpainting/${label}`);
  return { images: drawDigits(random, FEW).images, z: drawHoledDigits(random, n, 'test').z };
}

/** What is changed, one at a time, everything else being equal. */
const VARIANTS: { name: keyof Options; value: (base: Options) => number }[] = [
  { name: 'iterations', value: ({ iterations }) => 2 * iterations },
  { name: 'batchSize', value: ({ batchSize }) => batchSize + 1 },
  { name: 'learningRate', value: ({ learningRate }) => 10 * learningRate },
];

/** Some programs let the generator take a step in every few iterations only: what has no effect at once is tried for longer. */
const ROUNDS: { id: string; base: Options }[] = [
  { id: 'short', base: SHORT },
  { id: 'longer', base: { ...SHORT, iterations: 25 } },
];

function optionsCheck(seed: number, module: string): Check {
  const { images, z } = shortData(seed, 'options', 2);
  const rng = new RngArg(derive(seed, 'energy-inpainting/options/rng').bits());
  type Results = Record<string, Success>;
  const of = (results: Results, round: string, variant: string): NdArray | string | undefined => {
    const result = results[`fill-${round}-${variant}`];
    return result === undefined ? undefined : completed(result.value, 2);
  };
  /** Those without an effect in a round; a result that is no picture is judged elsewhere. */
  const idle = (results: Results, round: string): (keyof Options)[] =>
    VARIANTS.map(({ name }) => name).filter((name) => {
      const [base, other] = [of(results, round, 'base'), of(results, round, name)];
      if (base === undefined || other === undefined || typeof base === 'string' || typeof other === 'string')
        return false;
      // Programs that heed an option differ by 1e-5 and more.
      return distance(base, other) <= 1e-9;
    });
  const calls = ROUNDS.flatMap(({ id, base }, round) =>
    [
      { name: 'base', options: base },
      ...VARIANTS.map(({ name, value }) => ({ name, options: { ...base, [name]: value(base) } })),
    ].flatMap(({ name, options }) => {
      const needed = (before: Results): boolean => {
        const unclear = round === 0 ? [] : idle(before, ROUNDS[round - 1]!.id);
        return round === 0 || unclear.includes(name as keyof Options) || (name === 'base' && unclear.length > 0);
      };
      const keep = `${id}-${name}`;
      return [
        {
          id: `train-${keep}`,
          call: (before: Results) => (needed(before) ? train(module, images, options, rng, keep) : undefined),
        },
        { id: `fill-${keep}`, call: (before: Results) => (needed(before) ? fillIn(module, keep, z) : undefined) },
      ];
    }),
  );
  const rates = RATES.flatMap(({ id, learningRate, needed }) => [
    {
      id: `train-${id}`,
      call: (before: Results) =>
        needed(before) ? train(module, images, { ...SHORT, learningRate }, rng, id) : undefined,
    },
    { id: `fill-${id}`, call: (before: Results) => (needed(before) ? fillIn(module, id, z) : undefined) },
  ]);
  const item: PropertyCase = {
    id: 'variants',
    title: `short runs on ${FEW} digits`,
    calls: [...calls, ...rates],
    deviations: (results) => {
      const last = ROUNDS.filter(({ id }) => of(results, id, 'base') !== undefined).at(-1)!;
      for (const name of ['base', ...VARIANTS.map((variant) => variant.name)]) {
        const result = of(results, 'short', name);
        if (typeof result === 'string') return result;
      }
      const [name] = idle(results, last.id);
      if (name === undefined) return zeroRate(results);
      const other = VARIANTS.find((variant) => variant.name === name)!.value(last.base);
      return {
        statement: `the trained generator is the same with ${name} ${last.base[name]} and ${other}, everything else being equal.`,
        mistake: { id: `no-${name}`, message: `options.${name} has no effect on what is learned.` },
      };
    },
  };
  return propertyCheck({
    id: 'options',
    title: 'iterations, batchSize and learningRate have their effect',
    function: FUNCTION,
    cases: [item],
    praise: 'Every option has its effect on what is learned.',
  });
}

/** So small a rate that its steps change no picture: the same as none at all, unless 0 counts as missing. */
const TINY = 1e-12;
const RATES: { id: string; learningRate: number; needed: (before: Record<string, Success>) => boolean }[] = [
  { id: 'rate-zero', learningRate: 0, needed: () => true },
  { id: 'rate-tiny', learningRate: TINY, needed: () => true },
  // Where they differ, once more: what cannot be repeated says nothing of the rate, and is judged elsewhere.
  { id: 'rate-again', learningRate: TINY, needed: (before) => differ(before, 'rate-zero', 'rate-tiny') > SAME },
];
/** What the same steps from the same start may differ by in a pixel: rounding in float32. */
const SAME = 1e-6;

/** Greatest difference of two runs' pictures; 0 where one of them is missing or no picture. */
function differ(results: Record<string, Success>, a: string, b: string): number {
  const [one, other] = [a, b].map((id) => {
    const result = results[`fill-${id}`];
    return result === undefined ? '' : completed(result.value, 2);
  });
  return one instanceof NdArray && other instanceof NdArray ? distance(one, other) : 0;
}

/** What is to be said of a rate of 0, where the options have their effect otherwise. */
function zeroRate(results: Record<string, Success>): ReturnType<PropertyCase['deviations']> {
  const none = completed(results['fill-rate-zero']!.value, 2);
  if (typeof none === 'string') return `with learningRate 0, ${none}`;
  const moved = differ(results, 'rate-zero', 'rate-tiny');
  if (moved <= SAME || differ(results, 'rate-tiny', 'rate-again') > SAME)
    return [{ identity: 'every option has its effect', error: 0, bound: 0.5 }];
  return {
    statement: `with learningRate 0 the trained generator should be that of learningRate ${TINY}, and pixels differ by up to ${moved.toPrecision(2)}.`,
    mistake: {
      id: 'zero-is-default',
      message: 'A learning rate of 0 is taken as if none had been given, and a default stands in for it.',
      hint: 'options.learningRate || 1e-3 does that, because 0 counts as false. Take the option as it is, or use ??.',
    },
  };
}

/** The same for one picture in batches of different sizes, whose sums may run in different orders. */
const SAME_PICTURE = 1e-4;

function repeatCheck(seed: number, module: string): Check {
  const { images, z } = shortData(seed, 'repeat', 3);
  const other = shortData(seed, 'repeat-other', 1);
  const single = new NdArray([1, PIXELS], z.data.slice(0, PIXELS));
  const rng = new RngArg(derive(seed, 'energy-inpainting/repeat/rng').bits());
  const same: PropertyCase = {
    id: 'same',
    title: 'short runs with the same random numbers',
    calls: [
      { id: 'first', call: { ...train(module, images, SHORT, rng, 'first'), echo: true } },
      { id: 'fill-first', call: { ...fillIn(module, 'first', z), echo: true } },
      { id: 'fill-twice', call: fillIn(module, 'first', z) },
      { id: 'fill-single', call: fillIn(module, 'first', single) },
      { id: 'fill-black', call: fillIn(module, 'first', NdArray.zeros([1, PIXELS])) },
      { id: 'between', call: train(module, other.images, SHORT, new RngArg(rng.seed + 1), 'between') },
      // The first generator once more. The training before has other digits and random numbers: after one with the same,
      // its weights in place of the first would not show.
      { id: 'fill-again', call: fillIn(module, 'first', z) },
      { id: 'second', call: train(module, images, SHORT, rng, 'second') },
      { id: 'fill-second', call: fillIn(module, 'second', z) },
    ],
    deviations: (results) => {
      if (!sameValue(results.first!.args![0], images)) return touched('the training digits were');
      if (!sameValue(results['fill-first']!.args![0], z)) return touched('the argument of generate was');
      const one = completed(results['fill-single']!.value, 1);
      if (typeof one === 'string') return `on a single digit, ${one}`;
      const [first, twice, second, again] = ['fill-first', 'fill-twice', 'fill-second', 'fill-again'].map((id) =>
        completed(results[id]!.value, 3),
      );
      if (typeof first === 'string') return first;
      if (typeof twice === 'string') return twice;
      if (typeof second === 'string') return second;
      if (typeof again === 'string') return again;
      // In this order: a generator that is random by itself would look changed by any training.
      if (distance(first, twice) > SAME) {
        return {
          statement: `called twice in a row with the same pictures, generate gives results that differ by up to ${distance(first, twice).toPrecision(2)}.`,
          mistake: {
            id: 'generate-is-random',
            message: 'The same pictures come out differently each time: dropout, or noise, is left on in generate.',
            hint: 'Dropout and noise belong to the training; generate leaves them out.',
          },
        };
      }
      if (distance(first, second) > SAME) {
        return {
          statement: `with the same digits, options and random numbers the two generators differ by up to ${distance(first, second).toPrecision(2)}.`,
          mistake: {
            id: 'not-repeatable',
            message:
              'Something is kept from one training to the next, or random numbers come from elsewhere than options.rng.',
            hint: 'Initial weights, batches and holes all need options.rng; tf.randomNormal and layers without a seed do not use it.',
          },
        };
      }
      if (distance(first, again) > SAME) {
        return {
          statement: `after another training, the generator of the first one gives something else for the same pictures: off by up to ${distance(first, again).toPrecision(2)}.`,
          mistake: {
            id: 'earlier-generator-changed',
            message: 'A later training changes what an earlier generator gives: both use the same weights.',
            hint: 'Keep the weights inside of trainInpainting, so that every generate has its own.',
          },
        };
      }
      const alone = distance(one, new NdArray([1, PIXELS], first.data.slice(0, PIXELS)));
      if (alone > SAME_PICTURE) {
        return {
          statement: `generate gives something else for a digit that is alone than for the same one among others: off by up to ${alone.toPrecision(2)}.`,
          mistake: {
            id: 'depends-on-batch',
            message: 'What generate makes of a picture depends on the others in the batch.',
            hint: 'A mean or variance over the batch does that. After training, normalise by statistics that were kept from it.',
          },
        };
      }
      const black = completed(results['fill-black']!.value, 1);
      if (typeof black !== 'string') return [{ identity: 'the generators are the same', error: 0, bound: 0.5 }];
      if (!black.includes('diverged')) return `on a picture that is black all over, ${black}`;
      return {
        statement: 'generate gives numbers that are not finite for a picture that is black all over.',
        mistake: {
          id: 'black-picture',
          message:
            'A picture that is black all over comes out as NaN: something is divided by its brightness, which is 0.',
          hint: 'Pixels are in [0, 1] already; where you do divide, add a small number to what you divide by.',
        },
      };
    },
  };
  const zeros: PropertyCase = {
    id: 'zeros',
    title: 'a random number generator that gives exactly 0 now and then, in batches of one',
    calls: [
      {
        id: 'train',
        call: train(module, images, { ...SHORT, batchSize: 1 }, new RngArg(rng.seed, 7), 'zeros'),
      },
      { id: 'fill', call: fillIn(module, 'zeros', z) },
    ],
    deviations: ({ fill }) => {
      const y = completed(fill!.value, 3);
      if (typeof y !== 'string') return [{ identity: 'every pixel is a finite number', error: 0, bound: 0.5 }];
      if (!y.includes('diverged')) return y;
      return {
        statement: 'the generator gives numbers that are not finite.',
        mistake: {
          id: 'log-of-zero',
          message: 'A logarithm or a quotient of rng() is taken where rng() is exactly 0.',
        },
      };
    },
  };
  return propertyCheck({
    id: 'repeatable',
    title: 'Same digits and random numbers, same generator; same picture, same result; arguments stay as they are',
    function: FUNCTION,
    cases: [same, zeros],
    praise: 'Training can be repeated, and leaves its arguments as they are.',
  });
}

function touched(what: string): Problem {
  return {
    statement: `${what} changed or disposed of.`,
    mistake: { id: 'argument-touched', message: 'An argument was changed or disposed of; it belongs to the caller.' },
  };
}

/** Greatest difference of finite numbers. */
function distance(a: NdArray, b: NdArray): number {
  return maxAbs(Float64Array.from(a.data, (x, i) => x - b.data[i]!));
}
