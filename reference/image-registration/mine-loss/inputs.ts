import { NdArray } from '../../../harness/model/value.ts';
import { derive, type Random } from '../../../harness/numerics/random.ts';
import { mean } from '../../../harness/numerics/statistics.ts';
import { type CriticParams, type CriticRun, lossOf, runCritic } from './truth.ts';

export interface CriticInput {
  id: string;
  /** Reads well after "on". */
  title: string;
  params: CriticParams;
  x: NdArray;
}

export interface LossInput {
  id: string;
  title: string;
  params: CriticParams;
  joint: NdArray;
  marginal: NdArray;
  /** Sum of the sizes of the terms that make an output, the greatest of all rows: what rounding is measured against. */
  largest: number;
  loss: number;
}

interface Shape {
  n: number;
  d: number;
  h: number;
}

export function scaled(array: NdArray, factor: number, plus = 0): NdArray {
  return new NdArray(
    array.shape,
    Float64Array.from(array.data, (value) => value * factor + plus),
  );
}

/** Parameters with activations of order 1 and no bias of 0, so that each of the six takes part. */
export function drawParams(random: Random, d: number, h: number): CriticParams {
  return {
    w1: scaled(random.normals([d, h]), 1 / Math.sqrt(d)),
    b1: scaled(random.normals([h]), 0.5),
    w2: scaled(random.normals([h, h]), 1.2 / Math.sqrt(h)),
    b2: scaled(random.normals([h]), 0.5),
    w3: scaled(random.normals([h, 1]), 1.5 / Math.sqrt(h)),
    b3: random.uniforms([1], 0.5, 1.5),
  };
}

/**
 * How far small networks stay from activations of 0. Central differences go 2^-4 along a direction of unit length,
 * which moves an activation by less than that; nearer to 0 the jump of ELU's second derivative would blur them.
 */
export const MARGIN = 0.03;
/** In wide networks some activation is always near 0, and each is one of many: there the jump is lost in the sum. */
const WIDE = 20;
const MAX_ATTEMPTS = 2000;

/** The first of the drawn inputs whose activations keep clear of 0. */
function keepingClear<Input>(
  seed: number,
  label: string,
  h: number,
  draw: (random: Random) => Input,
  points: (input: Input) => { params: CriticParams; x: NdArray }[],
): Input {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const input = draw(derive(seed, `mine/${label}/${attempt}`));
    if (h >= WIDE || points(input).every(({ params, x }) => runCritic(params, x).nearest > MARGIN)) return input;
  }
  throw new Error(`no input for ${label} keeps clear of activations of 0`);
}

function criticInput(
  seed: number,
  id: string,
  title: string,
  { n, d, h }: Shape,
  adapt: (params: CriticParams, x: NdArray) => CriticParams = (params) => params,
): CriticInput {
  return keepingClear(
    seed,
    `critic/${id}/${d}`,
    h,
    (random) => {
      const [params, x] = [drawParams(random, d, h), random.normals([n, d])];
      return { id, title, params: adapt(params, x), x };
    },
    (input) => [input],
  );
}

/** With outputs around 0 on these rows, so that what is done to positive or to negative outputs alone is seen. */
function centred(params: CriticParams, x: NdArray): CriticParams {
  return { ...params, b3: scaled(params.b3, 1, -mean(runCritic(params, x).outputs)) };
}

/** Critics at `d` columns; the other shapes of the contract where it is the grey pictures' 2. */
export function criticInputs(seed: number, d: number): CriticInput[] {
  const own = [
    criticInput(seed, 'full', `8 rows of ${d} columns and 100 hidden units`, { n: 8, d, h: 100 }),
    criticInput(seed, 'small', `6 rows of ${d} columns and 4 hidden units`, { n: 6, d, h: 4 }, centred),
    criticInput(seed, 'single', `a single row of ${d} columns`, { n: 1, d, h: 5 }),
    criticInput(seed, 'negative', 'activations that are nearly all negative', { n: 4, d, h: 6 }, (params) => ({
      ...params,
      b1: scaled(params.b1, 1, -2.5),
      b2: scaled(params.b2, 1, -2),
    })),
    criticInput(seed, 'large', 'critic outputs of several hundred', { n: 5, d, h: 5 }, (params) => ({
      ...params,
      w3: scaled(params.w3, 400),
    })),
  ];
  if (d !== 2) return own;
  return [
    ...own,
    criticInput(seed, 'colour', '5 rows of 6 columns', { n: 5, d: 6, h: 5 }),
    criticInput(seed, 'one-unit', 'a single hidden unit', { n: 4, d: 2, h: 1 }),
    criticInput(seed, 'one-column', 'rows of a single column', { n: 5, d: 1, h: 4 }),
  ];
}

function lossInput(
  seed: number,
  id: string,
  title: string,
  { n, d, h }: Shape,
  adapt: (params: CriticParams, joint: NdArray, marginal: NdArray) => CriticParams = (params) => params,
): LossInput {
  const input = keepingClear(
    seed,
    `loss/${id}`,
    h,
    (random) => {
      const [drawn, joint, marginal] = [drawParams(random, d, h), random.normals([n, d]), random.normals([n, d])];
      return { id, title, params: adapt(drawn, joint, marginal), joint, marginal };
    },
    ({ params, joint, marginal }) => [
      { params, x: joint },
      { params, x: marginal },
    ],
  );
  const { params, joint, marginal } = input;
  const [onJoint, onMarginal] = [joint, marginal].map((x) => runCritic(params, x)) as [CriticRun, CriticRun];
  const largest = Math.max(onJoint.terms, onMarginal.terms);
  return { ...input, largest, loss: lossOf(onJoint.outputs, onMarginal.outputs) };
}

/** Losses of critics with ordinary outputs. */
export function lossInputs(seed: number): LossInput[] {
  return [
    lossInput(seed, 'full', 'batches of 16 rows and 100 hidden units', { n: 16, d: 2, h: 100 }),
    lossInput(seed, 'small', 'batches of 5 rows', { n: 5, d: 2, h: 4 }, centred),
    lossInput(seed, 'colour', 'batches of 4 rows with 6 columns', { n: 4, d: 6, h: 5 }),
    lossInput(seed, 'pair', 'batches of two rows', { n: 2, d: 2, h: 6 }),
    lossInput(seed, 'single', 'batches of one row', { n: 1, d: 2, h: 5 }),
  ];
}

/** The critic with its outputs stretched so that two of them become others: only w3 and b3 change. */
function stretched(
  params: CriticParams,
  [low, from]: [was: number, becomes: number],
  [high, to]: [was: number, becomes: number],
): CriticParams {
  const factor = (to - from) / (high - low);
  // T = w3·h + b3 becomes factor·(T − low) + from.
  return {
    ...params,
    w3: scaled(params.w3, factor),
    b3: scaled(params.b3, factor, from - factor * low),
  };
}

/** Losses of critics with outputs of several hundred, where e^T or its sum leaves the range of doubles. */
export function extremeLosses(seed: number): LossInput[] {
  const shape = { n: 6, d: 2, h: 4 };
  const of = (id: string, title: string, from: number, to: number): LossInput =>
    lossInput(seed, id, title, shape, (params, _, marginal) => {
      const { outputs } = runCritic(params, marginal);
      return stretched(params, [Math.min(...outputs), from], [Math.max(...outputs), to]);
    });
  const apart = (id: string, title: string, onJoint: number, onMarginal: number): LossInput =>
    lossInput(seed, id, title, { ...shape, n: 1 }, (params, joint, marginal) => {
      const [a, b] = [joint, marginal].map((x) => runCritic(params, x).outputs[0]!) as [number, number];
      return stretched(params, [a, onJoint], [b, onMarginal]);
    });
  return [
    of('high', 'critic outputs near 800', 798, 802),
    of('low', 'critic outputs near −800', -802, -798),
    of('mixed', 'critic outputs between −800 and 800', -800, 800),
    of('moderate', 'critic outputs between −300 and 300', -300, 300),
    apart('marginal-far-above', 'critic outputs of −800 on the joint row and 800 on the marginal one', -800, 800),
    apart('marginal-far-below', 'critic outputs of 800 on the joint row and −800 on the marginal one', 800, -800),
  ];
}
