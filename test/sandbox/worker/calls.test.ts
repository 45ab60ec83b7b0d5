import { describe, expect, test } from 'vitest';
import { CallbackArg, HandleArg, NetArg, RngArg } from '../../../harness/model/call.ts';
import { NdArray } from '../../../harness/model/value.ts';
import { Random } from '../../../harness/numerics/random.ts';
import { entries, succeeded, usePool, useSession } from '../session/kit.ts';

const session = useSession(usePool({ spare: 0 }), {
  'm.ts': `
  import * as tf from '@tensorflow/tfjs';
  export const same = (...args: unknown[]) => args;
  export const kinds = (...args: unknown[]) => args.map((a) => a instanceof tf.Tensor ? a.dtype + a.rank : a === null ? 'null' : typeof a);
  export const draw = (rng: () => number, n: number) => Array.from({ length: n }, rng);
  class Model {
    constructor(private readonly k: number) {}
    predict(x: number) { return this.k * x; }
  }
  export const model = (k: number) => ({ inner: new Model(k) });
  export const make = (k: number) => ({ add: (x: number) => x + k, inner: { list: [1, { twice: (x: number) => 2 * x }] }, w: tf.tensor([k]) });
  export const use = (w: tf.Tensor, f: (x: number) => number) => [w, f(3)];
  export const report = (onStep: (...n: number[]) => void, n: number) => { for (let i = 0; i < n; i++) onStep(i, i / 2); return 'done'; };
  export const spoil = ({ a, b, c, list }: any) => { a.dispose(); b.dataSync()[0] = 7; list.push(1); list[0] = 5; return c; };
  export const apply = (net: any, x: tf.Tensor) => net(x);
  export const odd = () => [() => 1, Symbol('s'), 10n, new Map([[1, 2]]), new Date(0), tf.tensor(['a']), tf.complex([1], [2]), new Float64Array([1, 2])];
  export const dispose = () => { const t = tf.tensor([1]); t.dispose(); return t; };
  export const cast = () => [tf.tensor([1, 5]).greater(2).toFloat(), tf.tensor([3, 4], [2], 'int32').toFloat()];
  export const keys = () => ({ ['__proto__']: 1, ['\\ud800']: 2, toString: 3 });
  export class Point { x = 1; get y() { return 2; } move() {} }
  export const instance = () => new Point();
  export const thenable = () => ({ then: (resolve: (value: unknown) => void) => resolve('resolved') });
  export const promised = async () => ({ a: tf.tensor([1, 2]) });
  export const self = (x: any) => { x.self = x; return 1; };
  `,
});

const record = (entries: object) => Object.assign(Object.create(null), entries);

describe('arguments and results', () => {
  test('values come and go', async () => {
    const args = [1, -0, 'é😀', true, null, undefined, [1, [2]], { a: { b: 1 } }];
    expect(await session().value('m.same', args)).toEqual([
      1,
      -0,
      'é😀',
      true,
      null,
      undefined,
      [1, [2]],
      record({ a: record({ b: 1 }) }),
    ]);
  });

  test('arrays are tensors for the program, of their dtype', async () => {
    const args = [
      NdArray.of([1]),
      new NdArray([], Int32Array.of(1)),
      new NdArray([1, 1], Uint8Array.of(1)),
      new NdArray([0, 2], new Float32Array(0)),
    ];
    expect(await session().value('m.kinds', args)).toEqual(['float321', 'int320', 'bool2', 'float322']);
    expect(await session().value('m.same', args)).toMatchObject([
      { dtype: 'float64' },
      { dtype: 'int32' },
      { dtype: 'bool' },
      { shape: [0, 2] },
    ]);
  });

  test('a cast that shares the array of whole numbers or truth values', async () => {
    expect(await session().value('m.cast')).toEqual([NdArray.of([0, 1]), NdArray.of([3, 4])]);
  });

  test('what is no value is named', async () => {
    expect(await session().value('m.odd')).toEqual([
      ...['(a function)', '(a symbol)', '(a bigint)', record({}), record({})],
      ...['(a string tensor)', '(a complex64 tensor)', [1, 2]],
    ]);
  });

  test('odd keys, instances, promises and thenables', async () => {
    expect(Object.keys((await session().value('m.keys')) as object)).toEqual(['__proto__', '\ufffd', 'toString']);
    expect(await session().value('m.instance')).toEqual(record({ x: 1 }));
    expect(await session().value('m.thenable')).toBe('resolved');
    expect(await session().value('m.promised')).toMatchObject({ a: { shape: [2] } });
  });

  test('a disposed result is told', async () => {
    expect(await session().failure('m.dispose')).toMatchObject({
      status: 'runtime-error',
      message: 'The function returned a tensor that it had disposed of before.',
    });
  });
});

describe('random numbers', () => {
  test('are those of the seed, in [0, 1)', async () => {
    const drawn = (await session().value('m.draw', [new RngArg(5), 1000])) as number[];
    const random = Random.fromSeed(5);
    expect(drawn).toEqual(Array.from({ length: 1000 }, () => random.uniform()));
    expect(drawn.every((x) => x >= 0 && x < 1)).toBe(true);
    expect(await session().value('m.draw', [new RngArg(5), 3])).toEqual(drawn.slice(0, 3));
    expect(await session().value('m.draw', [new RngArg(6), 3])).not.toEqual(drawn.slice(0, 3));
  });

  test('are exactly 0 where asked for', async () => {
    const drawn = (await session().value('m.draw', [new RngArg(5, 3), 9])) as number[];
    expect(drawn.map((x) => x === 0)).toEqual([false, false, true, false, false, true, false, false, true]);
  });
});

describe('kept results', () => {
  test('are used by path, as arguments and as functions', async () => {
    expect(await session().value('m.make', [10], { keep: 'ten', send: false })).toBeNull();
    const w = new HandleArg('ten', ['w']);
    const twice = new HandleArg('ten', ['inner', 'list', 1, 'twice']);
    expect(await session().value('m.use', [w, twice])).toMatchObject([{ data: Float64Array.of(10) }, 6]);
    expect(await session().value('m.-', [1], { fn: new HandleArg('ten', ['add']) })).toBe(11);
    expect(await session().value('m.same', [new HandleArg('ten', ['w', 'shape'])])).toEqual([[1]]);
  });

  test('are called as methods of what holds them', async () => {
    await session().value('m.model', [3], { keep: 'model', send: false });
    expect(await session().value('m.-', [5], { fn: new HandleArg('model', ['inner', 'predict']) })).toBe(15);
  });

  test.each<[string, HandleArg, RegExp]>([
    [
      'a number',
      new HandleArg('eleven', ['inner', 'list', 0]),
      /inner\.list\.0 of the result should be a function, but it is a number/,
    ],
    [
      'nothing',
      new HandleArg('eleven', ['no', 'such', 'path']),
      /no\.such\.path of the result should be a function, but it is undefined/,
    ],
    ['the result itself', new HandleArg('eleven'), /eleven of the result should be a function, but it is an object/],
    ['another name', new HandleArg('twelve'), /An earlier result that this call needs is not there/],
  ])('calling %s fails kindly', async (_, fn, message) => {
    await session().value('m.make', [11], { keep: 'eleven', send: false });
    expect(await session().failure('m.-', [], { fn })).toMatchObject({ message: expect.stringMatching(message) });
  });
});

describe('what happened to the arguments', () => {
  test('changed, disposed and untouched ones', async () => {
    const tensor = () => NdArray.of([1, 2]);
    const args = [{ a: tensor(), b: tensor(), c: tensor(), list: [0] }];
    const { args: after } = succeeded(await session().ask('m.spoil', args, { echo: true }));
    expect(after).toMatchObject([
      { a: 'disposed', b: { data: Float64Array.of(7, 2) }, c: { data: Float64Array.of(1, 2) }, list: [5, 1] },
    ]);
    expect(entries(args[0]!.b)).toEqual([1, 2]);
  });

  test('functions are named, and circles are told', async () => {
    const { args } = succeeded(await session().ask('m.draw', [new RngArg(1), 1], { echo: true }));
    expect(args).toEqual(['(a function)', 1]);
    expect(await session().failure('m.self', [{}], { echo: true })).toMatchObject({
      message: expect.stringMatching(/nested too deeply, or contains itself/),
    });
  });
});

test('callbacks record the numbers of their calls, up to a bound', async () => {
  const outcome = succeeded(await session().ask('m.report', [new CallbackArg(), 3]));
  expect(outcome).toMatchObject({
    value: 'done',
    callbacks: [
      [0, 0],
      [1, 0.5],
      [2, 1],
    ],
  });
  expect(succeeded(await session().ask('m.report', [new CallbackArg(), 0])).callbacks).toBeUndefined();
  const many = succeeded(await session().ask('m.report', [new CallbackArg(), 30_000]));
  expect(many.callbacks!.length).toBe(10_000);
});

test('a network is a function of a batch', async () => {
  const net = new NetArg(
    [
      { kernel: NdArray.of([1, -1, 2, 0], [2, 2]), bias: NdArray.of([0, 1]), activation: 'relu' },
      { kernel: NdArray.of([1, 1], [2, 1]), bias: NdArray.of([-1]), activation: 'tanh' },
    ],
    [1, 1],
  );
  const value = await session().value('m.apply', [net, NdArray.of([1, 2, -3, 1], [2, 1, 2])]);
  // x·K + b = [5, 0] and [−1, 4]; relu; sum − 1; tanh
  expect(value).toMatchObject({ shape: [2, 1, 1], data: Float64Array.of(Math.tanh(4), Math.tanh(3)) });
});
