import { coerce } from '../../../harness/checks/coerce.ts';
import { type Deviation, type Problem, type PropertyCase, propertyCheck } from '../../../harness/checks/property.ts';
import { sameValue } from '../../../harness/checks/same-value.ts';
import type { Arg, Call } from '../../../harness/model/call.ts';
import type { Check, Profile } from '../../../harness/model/exercise.ts';
import type { Success } from '../../../harness/model/observation.ts';
import { NdArray, type Value } from '../../../harness/model/value.ts';
import { FAST, generate, init, kept, latents, misshapen, outOfRange, panel, plain, rngOf, SIDE } from './calls.ts';
import { samplesCheck } from './samples-check.ts';
import { plus, tensorsOf, withTensors } from './weights.ts';

type Results = Record<string, Success>;

/** Pictures that are the same up to the rounding of float32 in sums of another order. */
const SAME = 1e-3;

/** The checks of what is made of a generator, trained or not: pictures, samples, the panel. */
export function layoutChecks(seed: number, profile?: Profile): Check[] {
  return [picturesCheck(seed), panelCheck(seed), samplesCheck(seed, profile)];
}

const SIZES = [
  { id: 'usual', title: `5 latents [5, 2] and pictures of ${SIDE}×${SIDE}`, n: 5, d: 2, side: SIDE },
  { id: 'one', title: 'a single latent [1, 3] and pictures of 64×64', n: 1, d: 3, side: 64 },
];

/** Far beyond what N(0, I) gives, as a panel or a diverging chain may ask for: an e^x of such a latent may leave float32. */
const FAR = NdArray.of([1e2, -1e2, 1e3, 1e3], [2, 2]);

/** The first value that is not in [0, 1], if there is one; NaN is not. */
const outside = ({ data }: NdArray): number | undefined => data.find((x) => !(x >= 0 && x <= 1));

/** `generator`: shapes and values of pictures, and initial weights that come from rng. */
function picturesCheck(seed: number): Check {
  const cases = SIZES.map(({ id, title, n, d, side }): PropertyCase => {
    const z = latents(seed, `generator-${id}`, n, d);
    return {
      ...{ id, title, worker: FAST },
      calls: [
        { id: 'init', call: init(rngOf(seed, id), 'first', d, side) },
        { id: 'pictures', call: generate(kept('first'), z) },
        { id: 'init-same', call: init(rngOf(seed, id), 'same', d, side) },
        { id: 'same', call: generate(kept('same'), z) },
        { id: 'init-other', call: init(rngOf(seed, `${id}-other`, 7), 'other', d, side) },
        { id: 'other', call: generate(kept('other'), z) },
        // The first generator once more: a second one must not have taken its place.
        { id: 'again', call: generate(kept('first'), z) },
        ...(d === 2 ? [{ id: 'far', call: generate(kept('first'), FAR) }] : []),
      ],
      deviations: (results) => {
        const read = (name: string) => coerce(results[name]!.value, [n, side, side, 3], 'generate(params, z)');
        const pictures = read('pictures');
        if (!pictures.ok) return misshapen(pictures.problem);
        for (const name of ['pictures', 'other']) {
          const found = read(name);
          if (!found.ok) return misshapen(found.problem);
          const odd = outside(found.array);
          if (odd !== undefined) return outOfRange(odd);
        }
        if (!sameValue(results.pictures!.value, results.same!.value, 1e-5))
          return {
            statement: 'two generators made with the same random numbers give different pictures.',
            mistake: {
              id: 'init-not-repeatable',
              message: 'The initial weights do not come from rng: the same random numbers give other weights.',
            },
          };
        if (sameValue(results.pictures!.value, results.other!.value, 1e-7))
          return {
            statement: 'two generators made with different random numbers give the same pictures.',
            mistake: { id: 'rng-without-effect', message: 'rng has no effect on the initial weights.' },
          };
        if (!sameValue(results.pictures!.value, results.again!.value, 1e-5))
          return {
            statement: 'the first generator gives other pictures after a second one was made.',
            mistake: {
              id: 'weights-kept',
              message: 'Weights are kept outside of params: a second generator takes the place of the first.',
            },
          };
        if ('far' in results) {
          const far = coerce(results.far!.value, [2, side, side, 3], 'generate(params, z)');
          if (!far.ok) return misshapen(far.problem);
          const odd = outside(far.array);
          if (odd !== undefined) return Number.isFinite(odd) ? outOfRange(odd) : OVERFLOW;
        }
        return [{ identity: 'pictures have their shape and values in [0, 1]', error: 0, bound: 0.5 }];
      },
    };
  });
  return propertyCheck({
    id: 'generator',
    title: 'initGenerator and generate: shapes, values in [0, 1], initial weights from rng',
    function: 'generate',
    cases,
    praise: 'Pictures have their shape and values in [0, 1], and the same random numbers give the same generator.',
  });
}

const OVERFLOW: Problem = {
  statement:
    'pictures have entries that are not finite where latents are as large as 1000, and they should lie in [0, 1].',
  mistake: {
    id: 'overflow',
    message: 'Pictures of large latents have entries that are not finite: an exponential overflows.',
    hint: 'e^x/(1 + e^x) is ∞/∞ for large x. tf.sigmoid, or 1/(1 + e^−x), stays in [0, 1].',
  },
};

/** Factors for the weights of an untrained generator, of which one makes it depend on its latents visibly. */
const FACTORS = [1, 3, 9, 27];

/** How far the pictures of one generator are apart. */
function spread(value: Value): number {
  if (!(value instanceof NdArray) || value.shape.length !== 4) return 0;
  const size = value.data.length / value.shape[0]!;
  let total = 0;
  for (let i = size; i < value.data.length; i++) total += (value.data[i]! - value.data[i % size]!) ** 2;
  return Math.sqrt(total / value.data.length);
}

const PANELS = [
  { id: 'usual', title: '4 × 4 pictures of 2 latents, range 1.5', d: 2, range: 1.5, steps: 4 },
  { id: 'more-latents', title: '3 × 3 pictures of 4 latents, range 2', d: 4, range: 2, steps: 3 },
  { id: 'single', title: 'a panel of one picture, range 2', d: 2, range: 2, steps: 1 },
];

/** Latents of cell (i, j). */
function cellLatents(d: number, range: number, steps: number): NdArray {
  const at = (i: number): number => (steps === 1 ? -range : -range + (2 * range * i) / (steps - 1));
  const z = NdArray.zeros([steps * steps, d]);
  for (let i = 0; i < steps; i++)
    for (let j = 0; j < steps; j++) {
      z.data[(i * steps + j) * d] = at(i);
      z.data[(i * steps + j) * d + 1] = at(j);
    }
  return z;
}

/** `panel`: cell (i, j) is the picture at its own latent. */
function panelCheck(seed: number): Check {
  const cases = PANELS.map(({ id, title, d, range, steps }): PropertyCase => {
    const cells = cellLatents(d, range, steps);
    // Where there is one cell only, the mistakes that it could show need pictures of other latents.
    const probes = steps === 1 ? cellLatents(d, range, 3) : cells;
    const factorOf = (results: Results): number | undefined =>
      FACTORS.find((factor) => spread(results[`spread-${factor}`]?.value) > 0.02);
    return {
      ...{ id, title, worker: FAST },
      calls: [
        { id: 'init', call: init(rngOf(seed, `panel-${id}`), 'panel', d) },
        { id: 'weights', call: plain(kept('panel')) },
        ...FACTORS.map((factor) => ({
          id: `spread-${factor}`,
          call: (results: Results): Call | undefined => {
            if (factor === 1) return generate(kept('panel'), probes);
            const weights = results.weights!.value;
            return factorOf(results) !== undefined || weights === null
              ? undefined
              : generate(enlarged(weights, factor), probes);
          },
        })),
        {
          id: 'panel',
          call: (results: Results) => {
            const factor = factorOf(results) ?? 1;
            return panel(factor === 1 ? kept('panel') : enlarged(results.weights!.value, factor), range, steps);
          },
        },
      ],
      deviations: (results) => {
        const tiles = results[`spread-${factorOf(results) ?? 1}`]!.value;
        const count = steps === 1 ? 9 : steps * steps;
        const all = coerce(tiles, [count, SIDE, SIDE, 3], 'generate(params, z)');
        if (!all.ok) return misshapen(all.problem);
        const found = coerce(results.panel!.value, [steps * SIDE, steps * SIDE, 3]);
        if (!found.ok) return misshapen(found.problem);
        return panelProblem(found.array, all.array, steps);
      },
    };
  });
  return propertyCheck({
    id: 'panel',
    title: 'Cell (i, j) of the panel is the picture at its own latent',
    function: 'interpolationPanel',
    cases,
    praise: 'Every cell of the panel is the picture at its own latent.',
  });
}

/** Weights that are larger; biases and whatever else has one axis stay. */
function enlarged(params: Value, factor: number): Arg {
  const tensors = tensorsOf(params);
  const larger = plus(
    tensors,
    tensors.map((t) => (t.shape.length > 1 ? t : NdArray.zeros(t.shape))),
    factor - 1,
  );
  return withTensors(params, larger) as Arg;
}

type At = (i: number, j: number) => [row: number, column: number];

/** `tiles`: pictures at the latents of a panel, row by row; of a panel of 3 × 3 where the one asked for has one cell. */
function panelProblem(found: NdArray, tiles: NdArray, steps: number): Deviation[] | Problem {
  const known = steps === 1 ? 3 : steps;
  const end = steps - 1;
  const error = (at: At): number => {
    let worst = 0;
    for (let i = 0; i < steps; i++)
      for (let j = 0; j < steps; j++) {
        const [row, column] = at(i, j);
        worst = Math.max(worst, cellDistance(found, tiles, steps, i, j, row * known + column));
      }
    return worst;
  };
  const right = error((i, j) => [i, j]);
  if (right <= SAME) return [{ identity: 'every cell is the picture at its own latent', error: right, bound: SAME }];
  const others: { at: At; id: string; message: string }[] =
    steps === 1
      ? [
          {
            at: () => [1, 1],
            id: 'single-in-the-middle',
            message: 'A panel of one picture shows latent 0: with steps = 1 it is the one at −range.',
          },
        ]
      : [
          {
            at: (i, j) => [j, i],
            id: 'transposed',
            message:
              'The panel is transposed: the first latent grows from row to row, the second from column to column.',
          },
          {
            at: (i, j) => [end - i, j],
            id: 'rows-flipped',
            message: 'The rows of the panel are upside down: the first row belongs to −range.',
          },
          {
            at: (i, j) => [i, end - j],
            id: 'columns-flipped',
            message: 'The columns of the panel run backwards: the first column belongs to −range.',
          },
          {
            at: (i, j) => [end - i, end - j],
            id: 'both-flipped',
            message: 'Both latents of the panel run backwards: the first cell belongs to (−range, −range).',
          },
          {
            at: (i, j) => [end - j, i],
            id: 'y-up',
            message:
              'The panel is drawn as a graph, with its second latent upwards: the first latent grows from row to row, downwards.',
          },
          { at: (i, j) => [j, end - i], id: 'turned', message: 'The panel is turned by a quarter.' },
          {
            at: (i, j) => [end - j, end - i],
            id: 'transposed-and-flipped',
            message: 'The panel is transposed and runs backwards.',
          },
        ];
  const named = others.find(({ at }) => error(at) <= SAME);
  const statement = `it should hold that every cell is the picture at its own latent, but one is off by ${right.toPrecision(2)}.`;
  return { statement, mistake: named === undefined ? OTHER_CELLS : { id: named.id, message: named.message } };
}

const OTHER_CELLS = {
  id: 'other-latents',
  message:
    'Cells of the panel are pictures of other latents than their own: row i has z₁ = −range + 2·range·i/(steps − 1), column j the same in z₂, and further latents are 0.',
};

/** Greatest difference between cell (i, j) of a panel and a picture. */
function cellDistance(found: NdArray, tiles: NdArray, steps: number, i: number, j: number, tile: number): number {
  let worst = 0;
  for (let y = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE * 3; x++) {
      const a = found.data[(i * SIDE + y) * steps * SIDE * 3 + j * SIDE * 3 + x]!;
      const off = Math.abs(a - tiles.data[tile * SIDE * SIDE * 3 + y * SIDE * 3 + x]!);
      // A NaN must not pass.
      worst = off <= worst ? worst : off;
    }
  return worst;
}
