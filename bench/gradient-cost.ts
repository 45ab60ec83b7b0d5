import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { type GradientCase, gradientChecks } from '../harness/checks/gradient.ts';
import type { Arg, Call } from '../harness/model/call.ts';
import type { CaseOutcomes, Check } from '../harness/model/exercise.ts';
import type { NdArray } from '../harness/model/value.ts';
import { derive } from '../harness/numerics/random.ts';
import { makeProgram } from '../harness/program.ts';
import type { WorkerPool } from '../harness/sandbox/pool.ts';
import { Session } from '../harness/sandbox/session.ts';
import { type Benchmark, type Figure, median, ms } from './measure.ts';
import { exerciseEntry, withPool } from './setting.ts';

const ROUNDS = 15;
const REPEATS = 24;

interface Subject {
  name: string;
  module: string;
  fn: string;
  /** Index of the argument that the gradient is taken with respect to. */
  at: number;
  source: string;
  item: GradientCase;
}

/** A 5×5 convolution from 4 to 4 channels: 400 weights. */
const CONVOLUTION = `import * as tf from '@tensorflow/tfjs';
export const convolution = (x: tf.Tensor4D, w: tf.Tensor4D) => tf.conv2d(x, w, 1, 'same');
`;

async function subjects(): Promise<Subject[]> {
  const { folder } = await exerciseEntry('matrix-exp');
  const random = derive(1, 'bench');
  const C = random.normals([3, 3]);
  const [x, w] = [random.normals([1, 12, 12, 4]), random.normals([5, 5, 4, 4])];
  const series = (matrix: NdArray): Call => ({ module: 'series', fn: 'matrixExp', args: [matrix] });
  const convolve = (weights: NdArray): Call => ({ module: 'convolution', fn: 'convolution', args: [x, weights] });
  return [
    {
      name: 'matrix exponential, 99 terms',
      ...{ module: 'series', fn: 'matrixExp', at: 0 },
      source: await readFile(path.join(folder, 'plain-series.ts'), 'utf8'),
      item: {
        ...{ id: 'series', title: 'a matrix', point: [{ name: 'C', value: C }] },
        forward: ([matrix]) => series(matrix!),
        cotangent: random.normals([3, 3]),
        analytic: { wrt: [[0]] },
      },
    },
    {
      name: 'convolution, 400 weights',
      ...{ module: 'convolution', fn: 'convolution', at: 1 },
      source: CONVOLUTION,
      item: {
        ...{ id: 'convolution', title: 'a picture', point: [{ name: 'w', value: w }] },
        forward: ([weights]) => convolve(weights!),
        cotangent: random.normals([1, 12, 12, 4]),
        analytic: { wrt: [[1]] },
      },
    },
  ];
}

export const gradientCost: Benchmark = {
  id: 'gradient-cost',
  title: 'Cost of a gradient check',
  method: `A gradient check of a right program: all calls of one input and the verdict, in a warm worker, median of ${ROUNDS}. “Bare” is the same number of forward evaluations and one gradient inside the worker, without protocol: ${REPEATS} of them in a loop in one call, by the same program. A check coordinate by coordinate with two evaluations each, as PyTorch's \`gradcheck\` does outside its fast mode, needs the number of evaluations in the last line.`,
  run: () => withPool(0, async (pool) => (await measureAll(pool)).flat()),
};

async function measureAll(pool: WorkerPool): Promise<Figure[][]> {
  const figures: Figure[][] = [];
  for (const subject of await subjects()) figures.push(await measure(pool, subject));
  return figures;
}

async function measure(pool: WorkerPool, { name, module, fn, at, source, item }: Subject): Promise<Figure[]> {
  const [own] = gradientChecks({
    ...{ seed: 1, function: module, cases: [item] },
    own: { id: 'own', title: '' },
    reference: { id: 'reference', title: '' },
  });
  const program = await makeProgram(
    new Map([[`${module}.ts`, Buffer.from(`${source}${loops(fn)}`)]]),
    await exerciseEntry('mdn-gradients'),
  );
  const session = new Session(pool, program, { gradients: 'all', backend: 'float64', loadDeadlineMs: 10_000 });
  const times: number[] = [];
  let calls = 0;
  for (let i = -2; i < ROUNDS; i++) {
    const started = performance.now();
    calls = await check(own, session);
    if (i >= 0) times.push(performance.now() - started);
  }
  const point = item.point.map(({ value }) => value);
  const forward = await loop(session, item.forward(point), 'loopForward');
  const gradient = await loop(session, item.forward(point), 'loopGradient', [at, item.cotangent!]);
  await session.close();
  const forwards = calls - 1;
  const bare = forwards * forward + gradient;
  const size = point.reduce((sum, { data }) => sum + data.length, 0);
  return [
    { name: `${name}: check`, value: ms(median(times)) },
    { name: '· bare forward evaluation', value: ms(forward) },
    { name: '· bare forward and gradient', value: ms(gradient) },
    {
      name: `· check ÷ bare cost of its ${forwards} evaluations and 1 gradient`,
      value: (median(times) / bare).toFixed(2),
    },
    { name: '· check ÷ one bare forward and gradient', value: (median(times) / gradient).toFixed(1) },
    { name: '· evaluations coordinate by coordinate would take', value: `${2 * size}` },
  ];
}

/** Makes all calls of the check's case and judges them; the number of calls. */
async function check(own: Check, session: Session): Promise<number> {
  const [item] = own.cases;
  const outcomes: CaseOutcomes = {};
  await item!.plan(async (id, call) => {
    const outcome = await session.call(call, 60_000);
    outcomes[id] = outcome;
    return outcome;
  });
  const verdict = own.judge({ submission: { [item!.id]: outcomes }, reference: {}, overrides: {} });
  if (verdict.status !== 'accepted') throw new Error(verdict.summary);
  return Object.keys(outcomes).length;
}

/** Evaluates the function, or its gradient, many times inside the worker. */
const loops = (fn: string): string => `
export function loopForward(args: any[], n: number) {
  for (let i = 0; i < n; i++) tf.tidy(() => void (${fn} as any)(...args).dataSync());
}
export function loopGradient(args: any[], n: number, at: number, dy: any) {
  const f = (z: any) => (${fn} as any)(...args.with(at, z));
  for (let i = 0; i < n; i++) tf.tidy(() => void tf.grad(f)(args[at], dy).dataSync());
}
`;

/** Milliseconds of one evaluation. `rest`: what the loop takes beside arguments and their number. */
async function loop(session: Session, call: Call, fn: string, rest: Arg[] = []): Promise<number> {
  const times: number[] = [];
  for (let i = -2; i < 7; i++) {
    const args = [call.args, REPEATS, ...rest];
    const outcome = await session.call({ module: call.module, fn, args, send: false }, 60_000);
    if (outcome.status !== 'ok') throw new Error(outcome.message);
    if (i >= 0) times.push(outcome.ms / REPEATS);
  }
  return median(times);
}
