import { describe, expect, test } from 'vitest';
import { NdArray } from '../../../harness/model/value.ts';
import { entries, usePool, useSession } from '../session/kit.ts';

const pool = usePool({ spare: 1 });

/** Where tfjs's own is asked for a gradient at an intermediate result, it fails, here or there. */
const CODE = `
  import * as tf from '@tensorflow/tfjs';
  export const plain = (x: tf.Tensor) => tf.logSigmoid(x);
  export const ofProduct = (x: tf.Tensor) => tf.logSigmoid(tf.mul(x, 1));
  export const method = (x: tf.Tensor) => x.add(0).logSigmoid();
  export const squeezed = (x: tf.Tensor) => tf.logSigmoid(x.reshape([1, -1]).sub(0).squeeze());
  export const insideGrad = (x: tf.Tensor) => tf.grad((y) => tf.sum(tf.logSigmoid(tf.mul(y, 1))))(x);
  export const listed = () => tf.logSigmoid([0, 1]);
`;

const x = NdArray.of([-800, -2, 0, 1, 800]);
const value = [...x.data].map((one) => Math.min(one, 0) - Math.log1p(Math.exp(-Math.abs(one))));
const slope = [...x.data].map((one) => 1 / (1 + Math.exp(one)));

describe.each(['float64', 'cpu', 'wasm'] as const)('log-sigmoid on %s', (backend) => {
  const session = useSession(pool, { 'm.ts': CODE }, { backend });
  const digits = backend === 'float64' ? 12 : 5;
  const near = (found: number[], expected: number[]) => {
    expect(found).toHaveLength(expected.length);
    for (const [i, one] of expected.entries()) expect(found[i]).toBeCloseTo(one, Math.abs(one) > 10 ? 3 : digits);
  };

  test.each(['plain', 'ofProduct', 'method', 'squeezed'])('%s: value and gradient', async (fn) => {
    near(entries(await session().value(`m.${fn}`, [x])), value);
    const [found] = (await session().value(`m.${fn}`, [x], {
      gradient: { wrt: [[0]], cotangent: NdArray.of([1, 1, 1, 1, 1]) },
    })) as never[];
    near(entries(found!), slope);
  });

  test('inside tf.grad, and of a list', async () => {
    near(entries(await session().value('m.insideGrad', [x])), slope);
    near(entries(await session().value('m.listed')), [Math.log(0.5), -Math.log1p(Math.exp(-1))]);
  });
});
