import { once } from '../../../harness/checks/once.ts';
import { pictureCheck } from '../../../harness/checks/picture.ts';
import { type Deviation, type PropertyCase, propertyCheck } from '../../../harness/checks/property.ts';
import { purityCheck } from '../../../harness/checks/purity.ts';
import { asArrayOf, type Bound, type ValueCase, valuesCheck } from '../../../harness/checks/values.ts';
import type { Call } from '../../../harness/model/call.ts';
import { defineExercise } from '../../../harness/model/exercise.ts';
import { NdArray, type Value } from '../../../harness/model/value.ts';
import { pictures } from '../../../harness/numerics/images.ts';
import { columnMeans, symmetricEigen } from '../../../harness/numerics/linalg.ts';
import { derive } from '../../../harness/numerics/random.ts';
import { drawDigits } from '../../datasets/mnist.ts';
import { blendTowardsPlane } from './blend.ts';
import { namedByItsInputs, type Seen } from './input-mistakes.ts';

const MODULE = 'exercise3';
const SIDE = 28;
const PIXELS = SIDE * SIDE;
const HOLE = 6;

/**
 * 1e-4 of the range of grey values. Programs without an eigen-solver at hand iterate, and stop at some 1e-6; every
 * mistake of the catalogue is off by 1e-2 and more.
 */
const PIXEL_BOUND: Bound = {
  rtol: 0,
  atol: 1e-4,
  scale: 'max',
  reason: 'iterative programs stop at about 1e-6; no grey value can be told from another at 1e-4',
};

/** The d-th eigenvalue over the next, where an iteration has to go on until nothing changes. */
const CLOSE_GAP = 1.2;

/** There the error that is left after the last step is five times that step; 25 rounds without a test are further off. */
const CLOSE_BOUND: Partial<Bound> = {
  atol: 5e-4,
  reason: 'neighbouring eigenvalues that differ by a fifth leave an iteration further from its end than its last step',
};

/** Training digits of so little contrast have small eigenvalues, none of which is zero. */
const FAINT = 1 / 30;

/** Pixels all round that are the same in every training digit, and others in the digits to be completed. */
const FRAME = { width: 2, training: 0.3, damaged: 0.6 };

/** 360 components take as long as everything else together, and show hardly a mistake that fewer do not. */
const TELLING = ['d10', 'd60'];

interface Arguments {
  xn: NdArray;
  xr: NdArray;
  d: number;
}

interface Input {
  id: string;
  /** Reads well after "on". */
  title: string;
  /** Pictures to reconstruct. */
  n: number;
  bound?: Partial<Bound>;
  /** Drawn once, when first needed: listing the checks should not take seconds. */
  draw: () => Arguments;
}

const call = ({ xn, xr, d }: Arguments): Call => ({
  module: MODULE,
  fn: 'pcaReconstruct',
  args: [xn, xr, d],
});

/** Test digits with a hole as on the sheet: 6×6 pixels set to 0, upper left corner at (11 + j, 11 + k), j, k in −4 … 4. */
function damaged(seed: number, label: string, n: number): NdArray {
  const random = derive(seed, `pca-inpainting/damaged/${label}`);
  const { images } = drawDigits(random, n, { split: 'test' });
  for (let i = 0; i < n; i++) {
    const top = 11 + random.integer(9) - 4;
    const left = 11 + random.integer(9) - 4;
    for (let row = top; row < top + HOLE; row++) {
      images.data.fill(0, i * PIXELS + row * SIDE + left, i * PIXELS + row * SIDE + left + HOLE);
    }
  }
  return images;
}

function training(seed: number, label: string, count: number): NdArray {
  return drawDigits(derive(seed, `pca-inpainting/training/${label}`), count, { balanced: true }).images;
}

/**
 * The digits to be completed without what no training digit has: what a program does with pixels that never change would
 * show on some seeds only. On the digits in a frame it shows on all of them.
 */
function withinTraining(xn: NdArray, xr: NdArray): NdArray {
  const first = xr.data.subarray(0, PIXELS);
  const varies = new Uint8Array(PIXELS);
  for (let i = 0; i < xr.data.length; i++) if (xr.data[i] !== first[i % PIXELS]) varies[i % PIXELS] = 1;
  return new NdArray(
    xn.shape,
    Float64Array.from(xn.data, (x, i) => (varies[i % PIXELS] === 1 ? x : first[i % PIXELS]!)),
  );
}

function framed(images: NdArray, value: number): NdArray {
  const inside = (at: number): boolean => at >= FRAME.width && at < SIDE - FRAME.width;
  return new NdArray(
    images.shape,
    Float64Array.from(images.data, (x, i) => (inside(i % SIDE) && inside(Math.floor((i % PIXELS) / SIDE)) ? x : value)),
  );
}

function scaled(images: NdArray, factor: number): NdArray {
  return new NdArray(
    images.shape,
    Float64Array.from(images.data, (x) => factor * x),
  );
}

function inputs(seed: number): Record<'leading' | 'rank', Input[]> {
  // On raw digits neighbouring eigenvalues are so close that the d-th component is a matter of rounding, and of how
  // long one iterates. Blended towards their own d-dimensional plane, the digits leave no doubt which d are meant.
  const leading = (id: string, n: number, count: number, d: number, gap?: number): Input => ({
    id,
    title: `${n} digits, ${count} training digits, d = ${d}`,
    n,
    draw: once(() => {
      const xr = blendTowardsPlane(training(seed, id, count), d, gap);
      return { xn: withinTraining(damaged(seed, id, n), xr), xr, d };
    }),
  });
  const raw = (id: string, title: string, n: number, xr: () => NdArray, d: number): Input => ({
    id,
    title,
    n,
    draw: once(() => ({ xn: damaged(seed, id, n), xr: xr(), d })),
  });
  const single = leading('one-component', 1, 30, 1);
  return {
    leading: [
      { ...leading('d10', 4, 100, 10, CLOSE_GAP), bound: CLOSE_BOUND },
      leading('d60', 3, 150, 60),
      leading('d360', 3, 400, 360),
    ],
    rank: [
      // Digits given twice would lower the rank, too; that no two digits are the same is a right reading of real data.
      raw(
        'beyond',
        '8 training digits and d = 10, more than there are components',
        3,
        () => training(seed, 'beyond', 8),
        10,
      ),
      raw('one-digit', 'a single training digit and d = 10', 2, () => training(seed, 'one-digit', 1), 10),
      {
        ...single,
        title: 'one digit and one component (n = 1, d = 1), with a frame that is the same round every training digit',
        draw: once(() => {
          const { xn, xr, d } = single.draw();
          return { xn: framed(xn, FRAME.damaged), xr: framed(xr, FRAME.training), d };
        }),
      },
      raw(
        'full',
        '60 faint training digits and d = 59, all components there are',
        2,
        () => scaled(training(seed, 'full', 60), FAINT),
        59,
      ),
    ],
  };
}

export default defineExercise({
  id: 'pca-inpainting',
  assignment: 'tub-sheet10',
  title: 'Inpainting by principal components',
  functions: {
    pcaReconstruct: {
      module: MODULE,
      signature: 'pcaReconstruct(xn: Tensor /* [n,784] */, xr: Tensor /* [N,784] */, d: number): Tensor /* [n,784] */',
    },
  },

  checks(seed, profile) {
    const { leading: all, rank } = inputs(seed);
    const leading = all.filter(({ id }) => profile !== 'quick' || TELLING.includes(id));
    const valueCase = ({ id, title, draw, bound }: Input): ValueCase => ({
      id,
      title,
      call: () => call(draw()),
      ...(bound === undefined ? {} : { bound }),
      caseId: `reconstruction/${id}`,
    });
    const seen = ({ id, draw, bound }: Input): Seen => ({
      caseId: `reconstruction/${id}`,
      id,
      draw,
      bound: bound?.atol ?? PIXEL_BOUND.atol,
    });
    const first = leading[0]!;
    const small: Arguments = { xn: damaged(seed, 'small', 2), xr: training(seed, 'small', 12), d: 4 };
    return [
      namedByItsInputs(
        valuesCheck({
          id: 'values',
          title: 'The reconstruction on d principal components',
          function: 'pcaReconstruct',
          cases: leading.map(valueCase),
          telling: TELLING,
          bound: PIXEL_BOUND,
        }),
        leading.map(seen),
      ),
      namedByItsInputs(
        valuesCheck({
          id: 'rank',
          title: 'd beyond the rank, a single component, a single picture',
          function: 'pcaReconstruct',
          cases: rank.map(valueCase),
          bound: PIXEL_BOUND,
          praise: 'The reconstruction is right also where there are fewer components than asked for.',
        }),
        rank.map(seen),
      ),
      propertyCheck({
        id: 'constant-pixels',
        title: 'Pixels that are the same in every training digit do no harm',
        function: 'pcaReconstruct',
        praise: 'The result is finite although many pixels never change.',
        cases: [finiteCase(seed)],
      }),
      propertyCheck({
        id: 'projection',
        title: 'Projecting twice changes nothing, results vary in d directions, more components leave a smaller error',
        function: 'pcaReconstruct',
        praise: 'The reconstruction behaves as a projection of rank d.',
        cases: [projectionCase(first), dimensionCase(seed, first, 10), nestedCase(seed)],
      }),
      namedByItsInputs(
        pictureCheck({
          id: 'pictures',
          title: 'The inpainted digits',
          function: 'pcaReconstruct',
          cases: leading.map((input) => ({
            id: input.id,
            title: input.title,
            call: () => call(input.draw()),
            render: (value) => digits(value, input.n),
            caseId: `reconstruction/${input.id}`,
          })),
          telling: TELLING,
          threshold: 0.05,
          share: 0.005,
          ssim: 0.999,
          reason: 'pictures within 1e-4 of the reference have no differing pixel at all; mistakes change 1 % and more',
          scale: 4,
        }),
        leading.map(seen),
      ),
      purityCheck({
        id: 'purity',
        title: 'Same arguments, same result; arguments stay as they are',
        function: 'pcaReconstruct',
        cases: [
          {
            id: 'twice',
            title: 'two calls',
            call: call(small),
            between: call({ ...small, xr: training(seed, 'between', 12) }),
          },
        ],
      }),
    ];
  },
});

function digits(value: Value, n: number): NdArray[] | string {
  const array = asArrayOf(value, [n, PIXELS]);
  return array === undefined ? shapeProblem(n) : pictures(array, [SIDE, SIDE]);
}

function finiteCase(seed: number): PropertyCase {
  const n = 3;
  return {
    id: 'raw',
    title: 'real digits, whose corners are black in every one',
    calls: [
      {
        id: 'result',
        call: () => call({ xn: damaged(seed, 'constant', n), xr: training(seed, 'constant', 60), d: 10 }),
      },
    ],
    deviations: ({ result }) => {
      const array = asArrayOf(result!.value, [n, PIXELS]);
      if (array === undefined) return shapeProblem(n);
      let odd = 0;
      for (const x of array.data) if (!Number.isFinite(x)) odd += 1;
      if (odd > 0) return `${odd} of ${array.data.length} pixels are not finite numbers.`;
      return [{ identity: 'every pixel is a finite number', error: 0, bound: 0.5 }];
    },
  };
}

/** P(P(x)) = P(x), and the residual is orthogonal: ‖P(x) − m‖² + ‖x − P(x)‖² = ‖x − m‖². */
function projectionCase({ n, draw }: Input): PropertyCase {
  const shape = [n, PIXELS];
  return {
    id: 'twice',
    title: 'a result projected again',
    calls: [
      { id: 'once', call: () => call(draw()) },
      { id: 'twice', call: ({ once }) => call({ ...draw(), xn: asArrayOf(once!.value, shape) ?? draw().xn }) },
    ],
    deviations: ({ once, twice }) => {
      const [a, b] = [asArrayOf(once!.value, shape), asArrayOf(twice!.value, shape)];
      if (a === undefined || b === undefined) return shapeProblem(n);
      let error = 0;
      // Written so that a NaN stays a NaN.
      for (let i = 0; i < a.data.length; i++) {
        const gap = Math.abs(a.data[i]! - b.data[i]!);
        if (!(gap <= error)) error = gap;
      }
      const idempotence = { identity: 'projecting twice changes nothing', error, bound: PIXEL_BOUND.atol };
      return [idempotence, pythagoras(a, draw())];
    },
  };
}

/** Relative, over all pictures: an error of 1e-4 in every pixel changes the squares by less than 1e-3 of them. */
function pythagoras(result: NdArray, { xn, xr }: Arguments): Deviation {
  const mean = columnMeans(xr);
  let along = 0;
  let across = 0;
  let whole = 0;
  for (let i = 0; i < result.data.length; i++) {
    const [p, x, m] = [result.data[i]!, xn.data[i]!, mean[i % PIXELS]!];
    along += (p - m) ** 2;
    across += (x - p) ** 2;
    whole += (x - m) ** 2;
  }
  return {
    identity: 'the distance to the result is the shortest one to the plane',
    error: Math.abs(along + across - whole) / whole,
    bound: 1e-3,
  };
}

/** More pictures than components: their reconstructions, less the mean, must not span more than d dimensions. */
function dimensionCase(seed: number, { draw }: Input, d: number): PropertyCase {
  const n = d + 5;
  return {
    id: 'dimension',
    title: `${n} digits reconstructed from ${d} components`,
    calls: [
      {
        id: 'result',
        call: () => call({ ...draw(), xn: withinTraining(damaged(seed, 'dimension', n), draw().xr) }),
      },
    ],
    deviations: ({ result }) => {
      const array = asArrayOf(result!.value, [n, PIXELS]);
      if (array === undefined) return shapeProblem(n);
      return [dimensionDeviation(array, draw().xr, d)];
    },
  };
}

function dimensionDeviation(result: NdArray, xr: NdArray, d: number): Deviation {
  const mean = columnMeans(xr);
  const n = result.shape[0]!;
  const gram = NdArray.zeros([n, n]);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let k = 0; k < PIXELS; k++) {
        sum += (result.data[i * PIXELS + k]! - mean[k]!) * (result.data[j * PIXELS + k]! - mean[k]!);
      }
      gram.data[i * n + j] = sum;
    }
  }
  const identity = `the results, less the training mean, vary in at most ${d} directions`;
  if (!gram.data.every(Number.isFinite)) return { identity, error: Number.NaN, bound: 1 };
  const values = symmetricEigen(gram).values;
  // What is left beyond d directions, as a root mean square of grey values.
  const beyond = Array.from(values)
    .slice(d)
    .reduce((sum, value) => sum + Math.max(0, value), 0);
  return { identity, error: Math.sqrt(beyond / (n * PIXELS)), bound: PIXEL_BOUND.atol };
}

/**
 * The planes of more and more components contain each other, so the distance to them cannot grow. The training digits
 * have a clear gap after 3 and after 10 components, and 59 are all there are: iterations converge fast for each.
 */
function nestedCase(seed: number): PropertyCase {
  const n = 3;
  const dimensions = [3, 10, 59];
  const draw = once(() => {
    const xr = blendTowardsPlane(blendTowardsPlane(training(seed, 'nested', 60), 10), 3);
    return { xn: withinTraining(damaged(seed, 'nested', n), xr), xr };
  });
  return {
    id: 'nested',
    title: `d = ${dimensions.join(', ')} in turn`,
    calls: dimensions.map((d) => ({ id: `d${d}`, call: () => call({ ...draw(), d }) })),
    deviations: (results) => {
      const errors: number[] = [];
      for (const d of dimensions) {
        const array = asArrayOf(results[`d${d}`]!.value, [n, PIXELS]);
        if (array === undefined) return shapeProblem(n);
        let square = 0;
        for (let i = 0; i < array.data.length; i++) square += (array.data[i]! - draw().xn.data[i]!) ** 2;
        errors.push(Math.sqrt(square / array.data.length));
      }
      // Math.max keeps a NaN.
      const growth = errors.slice(1).reduce((worst, error, i) => Math.max(worst, error - errors[i]!), 0);
      return [{ identity: 'more components leave no greater error', error: growth, bound: PIXEL_BOUND.atol }];
    },
  };
}

function shapeProblem(n: number): string {
  return `the result is not a tensor of shape [${n}, ${PIXELS}].`;
}
