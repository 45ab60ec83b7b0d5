import { describe, expect, test } from 'vitest';
import { NdArray } from '../../../harness/model/value.ts';
import { usePool, useSession } from '../session/kit.ts';

/** Each function tells what a program sees of `Float32Array`. */
const CODE = `
  import * as tf from '@tensorflow/tfjs';
  const third = 1 / 3;
  export const byLength = () => { const a = new Float32Array(2); a[0] = third; return [...a]; };
  export const byArray = () => [...new Float32Array([third, 2])];
  export const byIterable = () => [...new Float32Array(new Set([third, 2]))];
  export const byTyped = () => [...new Float32Array(Float64Array.of(third))];
  export const from = () => [...Float32Array.from([1, 2], (x) => x / 3)];
  export const of = () => [...Float32Array.of(third)];
  export const methods = () => [...new Float32Array([third, 3]).map((x) => 2 * x).slice(0, 1)];
  export const subarray = () => {
    const a = new Float32Array([1, third, 3]);
    const part = a.subarray(1);
    part[1] = 2 * third;
    return [part.length, part[0], a[2], part instanceof Float32Array, part.constructor === Float32Array];
  };
  export const instances = () => {
    const all = [new Float32Array(1), Float32Array.of(1), new Float32Array(new ArrayBuffer(8)), tf.tensor([1]).dataSync()];
    return [...all.map((a) => a instanceof Float32Array), new Int32Array(1) instanceof Float32Array];
  };
  export const view = () => {
    const buffer = new ArrayBuffer(8);
    new DataView(buffer).setFloat32(4, third, true);
    const whole = new Float32Array(buffer);
    return [whole.length, whole[1], new Float32Array(buffer, 4).length, new Float32Array(buffer, 4, 1)[0]];
  };
  export const tensors = () => [
    tf.tensor(new Float32Array([third])), tf.tensor1d(Float32Array.of(third)), tf.tensor2d(new Float32Array(4).fill(third), [2, 2]),
    tf.tensor(new Float32Array(new ArrayBuffer(8))).add(third), tf.tensor([new Float32Array([third])]), tf.tensor([[third]]),
  ];
  export const dtypes = () => tensors().map((t) => t.dtype);
  export const ints = () => [tf.tensor(Int32Array.of(1, 2)), tf.tensor(Uint8Array.of(3)), tf.tensor([true]), tf.tensor(Float32Array.of(1.7), [1], 'int32')];
  export const data = async (x: tf.Tensor) => [(await x.data()) instanceof Float32Array, x.dataSync() instanceof Float32Array, x.arraySync()];
  export const set = () => { const a = new Float32Array(3); a.set([third], 1); a.set(new Float32Array([2]), 2); return [...a]; };
  export class Mine extends Float32Array { first() { return this[0]; } }
  export const subclass = () => { const a = new Mine(2); a[0] = third; return [a.first(), a instanceof Mine, a instanceof Float32Array]; };
  export const layout = () => {
    const buffer = new ArrayBuffer(3 * Float32Array.BYTES_PER_ELEMENT);
    return [new Float32Array(buffer).length, new Float32Array(buffer, Float32Array.BYTES_PER_ELEMENT).length];
  };
  export const same = () => new Float32Array(1).constructor === Float32Array;
  export const name = () => Float32Array.name;
`;

describe('in doubles, Float32Array keeps doubles', () => {
  const session = useSession(usePool({ spare: 0 }), { 'm.ts': CODE });
  const third = 1 / 3;
  test.each<[string, unknown]>([
    ['byLength', [third, 0]],
    ['byArray', [third, 2]],
    ['byIterable', [third, 2]],
    ['byTyped', [third]],
    ['from', [third, 2 / 3]],
    ['of', [third]],
    ['methods', [2 / 3]],
    // A view onto doubles that shows doubles.
    ['subarray', [2, third, 2 / 3, true, true]],
    ['instances', [true, true, true, true, false]],
    // A view shows the bytes that are there.
    ['view', [2, Math.fround(third), 1, Math.fround(third)]],
    ['set', [0, third, 2]],
    ['subclass', [third, true, true]],
    ['name', 'Float32Array'],
    ['layout', [3, 2]],
    ['same', true],
    ['dtypes', Array(6).fill('float32')],
  ])('%s', async (name, expected) => {
    expect(await session().value(`m.${name}`)).toEqual(expected);
  });

  test('tensors of them', async () => {
    expect(await session().value('m.tensors')).toMatchObject(
      [
        { dtype: 'float64', data: [third] },
        { dtype: 'float64', data: [third] },
        { dtype: 'float64', shape: [2, 2], data: [third, third, third, third] },
        { dtype: 'float64', data: [third, third] },
        { dtype: 'float64', shape: [1, 1], data: [third] },
        { dtype: 'float64', shape: [1, 1], data: [third] },
      ].map((tensor) => ({ ...tensor, data: Float64Array.from(tensor.data) })),
    );
  });

  test('other dtypes stay what they are', async () => {
    expect(await session().value('m.ints')).toMatchObject([
      { dtype: 'int32', data: Int32Array.of(1, 2) },
      { dtype: 'int32', data: Int32Array.of(3) },
      { dtype: 'bool', data: Uint8Array.of(1) },
      { dtype: 'int32', data: Int32Array.of(1) },
    ]);
  });

  test('the data of a tensor', async () => {
    expect(await session().value('m.data', [NdArray.of([third])])).toEqual([true, true, [third]]);
  });
});

describe('on a backend in single precision it is what it says', () => {
  const session = useSession(usePool({ spare: 0 }), { 'm.ts': CODE }, { backend: 'cpu' });
  test('values are rounded, tensors are float32', async () => {
    expect(await session().value('m.byArray')).toEqual([Math.fround(1 / 3), 2]);
    expect(await session().value('m.data', [NdArray.of([1 / 3])])).toEqual([true, true, [Math.fround(1 / 3)]]);
    expect(await session().value('m.tensors')).toMatchObject(Array(6).fill({ dtype: 'float32' }));
  });
});
