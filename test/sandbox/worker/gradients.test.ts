import { describe, expect, test } from 'vitest';
import { HandleArg, NetArg, RngArg } from '../../../harness/model/call.ts';
import { NdArray } from '../../../harness/model/value.ts';
import { entries, usePool, useSession } from '../session/kit.ts';

const pool = usePool({ spare: 1 });

const CODE = `
  import * as tf from '@tensorflow/tfjs';
  export const square = (x: tf.Tensor) => tf.square(x);
  export const sumOfSquares = (x: tf.Tensor) => tf.sum(tf.square(x));
  export const product = (x: tf.Tensor, y: tf.Tensor) => tf.mul(x, y);
  export const record = ({ w, list }: any) => tf.mul(w, list[1]);
  export const through = (net: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor) => net(x);
  export const asyncSquare = async (x: tf.Tensor) => tf.square(x);
  export const number = (x: tf.Tensor) => x.dataSync()[0];
  export const list = (x: tf.Tensor) => [x];
  export const unconnected = (x: tf.Tensor, y: tf.Tensor) => tf.square(x);
  export const constant = (x: tf.Tensor) => tf.tensor([...x.dataSync()]);
  export const column = (x: tf.Tensor) => tf.square(x).reshape([-1, 1]);
  export const integers = (x: tf.Tensor) => tf.square(x.toInt());
  let two: tf.Tensor | undefined;
  export const cached = (x: tf.Tensor) => { two ??= tf.scalar(2); return tf.mul(x, two); };
  const factors = new Map<number, tf.Tensor>();
  export const cachedBySize = (x: tf.Tensor) => {
    if (!factors.has(x.size)) factors.set(x.size, tf.fill([x.size], 3));
    return tf.mul(x, factors.get(x.size)!);
  };
  export const disposes = (x: tf.Tensor) => { const y = tf.square(x); x.dispose(); return y; };
  export const changes = (x: tf.Tensor) => { const y = tf.square(x); x.dataSync().fill(100); return y; };
  export const shifts = (x: number[]) => { const y = tf.mul(x[0], x[0]); x[0] = tf.scalar(9); return y; };
  export const own = tf.customGrad((x, save) => { save([x]); return { value: tf.square(x), gradFunc: (dy, [x]) => dy.mul(x).mul(2) }; });
  export const ownThree = tf.customGrad((x, save) => { save([x]); return { value: tf.square(x), gradFunc: (dy, [x]) => dy.mul(x).mul(3) }; });
  export const noisy = (x: tf.Tensor, rng: () => number) => tf.mul(x, rng());
  export const unstacked = (x) => tf.stack(tf.unstack(tf.expandDims(x, 0))).sum();
  export const chosen = (x) => tf.where(tf.greater(x, 0), x, tf.neg(x)).sum();
  export const throws = (x: tf.Tensor) => { throw new RangeError('not today'); };
  export const make = () => ({ f: (x: tf.Tensor) => tf.square(x), w: tf.tensor([1, 2]) });
  export const grad = (x: tf.Tensor) => tf.grad(square)(x);
  let last: tf.Tensor | undefined;
  export const remembers = (x: tf.Tensor) => {
    last = x.clone();
    return tf.customGrad((x) => ({ value: tf.square(x as tf.Tensor), gradFunc: (dy: tf.Tensor) => dy.mul(last!).mul(2) }))(x);
  };
`;

const x = NdArray.of([1, -2, 3]);
const dy = NdArray.of([1, 10, 100]);
const wrt = [[0]];

describe('gradient calls', () => {
  const session = useSession(pool, { 'm.ts': CODE });
  const gradient = async (fn: string, ...more: [args: unknown[], options: object]) => {
    const [args, options] = more;
    const value = await session().value(`m.${fn}`, args as never, { gradient: { wrt, ...options } });
    return (value as never[]).map(entries);
  };
  const failure = (fn: string, args: unknown[] = [x], options: object = { cotangent: dy }) =>
    session().failure(`m.${fn}`, args as never, { gradient: { wrt, ...options } });

  test('a scalar result, cotangent 1', async () => {
    expect(await gradient('sumOfSquares', [x], {})).toEqual([[2, -4, 6]]);
  });

  test('a cotangent', async () => {
    expect(await gradient('square', [x], { cotangent: dy })).toEqual([[2, -40, 600]]);
  });

  test('several arguments, in the order asked for', async () => {
    const options = { wrt: [[1], [0]], cotangent: dy };
    expect(await gradient('product', [x, NdArray.of([5, 6, 7])], options)).toEqual([
      [1, -20, 300],
      [5, 60, 700],
    ]);
  });

  test('by a path into records and lists', async () => {
    const args = [{ w: x, list: [0, NdArray.of([5, 6, 7])] }];
    expect(
      await gradient('record', args, {
        wrt: [
          [0, 'w'],
          [0, 'list', 1],
        ],
        cotangent: dy,
      }),
    ).toEqual([
      [5, 60, 700],
      [1, -20, 300],
    ]);
  });

  test('through the layers of a network', async () => {
    const net = new NetArg([
      { kernel: NdArray.of([2, 3], [2, 1]), bias: NdArray.of([1]), activation: 'linear' },
      { kernel: NdArray.of([5], [1, 1]), bias: NdArray.of([0]), activation: 'linear' },
    ]);
    const options = {
      wrt: [[0, 'layers', 0, 'kernel'], [0, 'layers', 0, 'bias'], [0, 'layers', 1, 'kernel'], [1]],
      cotangent: NdArray.of([1], [1, 1]),
    };
    expect(await gradient('through', [net, NdArray.of([7, 11], [1, 2])], options)).toEqual([
      [35, 55],
      [5],
      [2 * 7 + 3 * 11 + 1],
      [10, 15],
    ]);
  });

  test('of a kept function, with respect to what goes into it', async () => {
    await session().value('m.make', [], { keep: 'made', send: false });
    const call = { fn: new HandleArg('made', ['f']), gradient: { wrt, cotangent: NdArray.of([1, 1]) } };
    expect(((await session().value('m.-', [new HandleArg('made', ['w'])], call)) as never[]).map(entries)).toEqual([
      [2, 4],
    ]);
  });

  test('another rank with the right number of entries is not held against the gradient', async () => {
    expect(await gradient('column', [x], { cotangent: dy })).toEqual([[2, -40, 600]]);
  });

  test("a function's own rule is used", async () => {
    expect(await gradient('own', [x], { cotangent: dy })).toEqual([[2, -40, 600]]);
    expect(await gradient('ownThree', [x], { cotangent: dy })).toEqual([[3, -60, 900]]);
  });

  test('another call before the backward pass, whose result is not used', async () => {
    const options = { cotangent: dy, between: [NdArray.of([5, 6])] };
    for (const fn of ['square', 'own', 'cachedBySize']) {
      const alone = await gradient(fn, [x], { cotangent: dy });
      expect(await gradient(fn, [x], options), fn).toEqual(alone);
    }
    const sameSize = { cotangent: dy, between: [NdArray.of([5, 6, 7])] };
    expect(await gradient('remembers', [x], { cotangent: dy })).toEqual([[2, -40, 600]]);
    expect(await gradient('remembers', [x], sameSize)).toEqual([[10, 120, 1400]]);
  });

  test.each(['cached', 'cachedBySize'])('%s: constants made at the first call live on', async (fn) => {
    const factor = fn === 'cached' ? 2 : 3;
    for (const size of [3, 2, 3, 2]) {
      const ones = NdArray.of(Array(size).fill(1));
      expect(await gradient(fn, [ones], { cotangent: ones })).toEqual([Array(size).fill(factor)]);
      expect(entries(await session().value(`m.${fn}`, [ones]))).toEqual(Array(size).fill(factor));
    }
  });

  test.each(['disposes', 'changes'])(
    'a function that %s its argument still has its gradient, the first time and later',
    async (fn) => {
      for (let i = 0; i < 2; i++) {
        const expected = fn === 'disposes' ? [2, -40, 600] : expect.any(Array);
        expect(await gradient(fn, [x], { cotangent: dy })).toEqual([expected]);
      }
    },
  );

  test('what a function does to its arguments in the first call does not reach the gradient', async () => {
    expect(await gradient('shifts', [[NdArray.of([3])]], { wrt: [[0, 0]], cotangent: NdArray.of([1]) })).toEqual([[6]]);
  });

  test('random numbers are the same in each call', async () => {
    const once = await gradient('noisy', [x, new RngArg(3)], { cotangent: dy });
    expect(await gradient('noisy', [x, new RngArg(3)], { cotangent: dy })).toEqual(once);
    const factor = entries(await session().value('m.noisy', [NdArray.of([1]), new RngArg(3)]));
    expect(once[0]![0]).toBe(factor[0]);
  });

  test.each<[string, RegExp, unknown[]?, object?]>([
    ['asyncSquare', /asyncSquare has to return a tensor.*promise \(an async function cannot be differentiated/],
    ['number', /number has to return a tensor.*it returned a number/],
    ['list', /it returned an array/],
    ['constant', /does not depend on this argument through tfjs operations/],
    ['unconnected', /does not depend on this argument/, [x, x], { wrt: [[0], [1]], cotangent: dy }],
    ['square', /has to return a single number here, but it returned shape \[3\]/, [x], {}],
    ['square', /has to return shape \[2\] here, but it returned \[3\]/, [x], { cotangent: NdArray.of([1, 1]) }],
    ['throws', /RangeError: not today/],
    ['unstacked', /cannot differentiate tf\.unstack where it gives a single tensor/, [x], {}],
    ['chosen', /no gradient for the operation Greater\. tfjs does not differentiate through comparisons/, [x], {}],
  ])('%s fails kindly', async (fn, message, args, options) => {
    expect(await failure(fn, args, options)).toMatchObject({
      status: 'runtime-error',
      message: expect.stringMatching(message),
    });
  });

  test('a failure leaves the engine in order', async () => {
    expect(await gradient('square', [x], { cotangent: dy })).toEqual([[2, -40, 600]]);
  });
});

describe('gradients of shape-only kernels alone', () => {
  const session = useSession(pool, { 'm.ts': CODE }, { gradients: 'shape-only' });

  test('automatic differentiation has nothing to work with', async () => {
    const message = expect.stringMatching(/no gradient for the operation Square/);
    expect(await session().failure('m.square', [x], { gradient: { wrt, cotangent: dy } })).toMatchObject({ message });
    expect(await session().failure('m.grad', [x])).toMatchObject({ message });
  });

  test('an own rule works, and so do reshapes around it', async () => {
    const value = await session().value('m.own', [x], {
      gradient: { wrt, cotangent: NdArray.of([1, 10, 100], [3, 1]) },
    });
    expect((value as never[]).map(entries)).toEqual([[2, -40, 600]]);
  });
});

describe('no gradients', () => {
  const session = useSession(
    pool,
    {
      'm.ts': `${CODE}
  export const grads = (x) => tf.grads((a) => a.square())([x]);
  export const valueAndGrad = (x) => tf.valueAndGrad((a) => a.square().sum())(x);
  export const valueAndGrads = (x) => tf.valueAndGrads((a) => a.square().sum())([x]);
  export const variableGrads = () => { const v = tf.variable(tf.scalar(2)); return tf.variableGrads(() => v.square()); };
  export const minimize = () => { const v = tf.variable(tf.scalar(2)); tf.train.sgd(0.1).minimize(() => v.square()); return v; };
  export const computeGradients = () => { const v = tf.variable(tf.scalar(2)); return tf.train.adam().computeGradients(() => v.square()); };
  export const engine = (x) => tf.engine().gradients(() => tf.square(x), [x]);
  export const prototype = (x) => Object.getPrototypeOf(tf.engine()).gradients.call(tf.engine(), () => tf.square(x), [x]);
  export const startTape = () => tf.engine().startTape();
  export const fit = async () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    await model.fit(tf.ones([2, 1]), tf.ones([2, 1]), { epochs: 1 });
  };
  export const restored = (x) => { delete tf.engine().gradients; try { tf.engine().gradients = 1; } catch {} try { delete Object.getPrototypeOf(tf.engine()).gradients } catch {} return tf.grad(square)(x); };
  export const byHand = (x) => {
    const { state } = tf.engine();
    state.gradientDepth = 1; state.activeTape = [];
    tf.square(x);
    return state.activeTape.length;
  };
  export const forward = (x) => own(x);
`,
    },
    { gradients: 'none' },
  );

  test.each([
    'grad',
    'grads',
    'valueAndGrad',
    'valueAndGrads',
    'variableGrads',
    'minimize',
    'computeGradients',
    'engine',
    'prototype',
    'startTape',
    'fit',
    'restored',
  ])('%s is refused, kindly', async (fn) => {
    expect(await session().failure(`m.${fn}`, [x])).toMatchObject({
      status: 'runtime-error',
      message: expect.stringMatching(
        /^Automatic differentiation .* is switched off in this check: .* your own formula\.$/,
      ),
    });
  });

  test('at its place in the program', async () => {
    expect((await session().failure('m.grad', [x])).location).toMatch(/^m\.ts:32:\d+$/);
  });

  test('no tape is recorded, even where a program reaches for it', async () => {
    expect(await session().value('m.byHand', [x])).toBe(0);
  });

  test('everything else works', async () => {
    expect(entries(await session().value('m.forward', [x]))).toEqual([1, 4, 9]);
  });
});
