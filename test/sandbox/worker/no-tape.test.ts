import { describe, expect, test } from 'vitest';
import { NdArray } from '../../../harness/model/value.ts';
import { entries, usePool, useSession } from '../session/kit.ts';

const pool = usePool({ spare: 1 });
const x = NdArray.of([1, -2, 3]);

/** Ways to automatic differentiation as programs write them; each would give 2x if it worked. */
const WAYS: Record<string, string> = {
  named: `import { grad, square } from '@tensorflow/tfjs'; export const f = (x) => grad(square)(x);`,
  core: `import * as core from '@tensorflow/tfjs-core'; export const f = (x) => core.grad((a) => core.square(a))(x);`,
  coreNamed: `import { valueAndGrads, square, sum } from '@tensorflow/tfjs-core';
    export const f = (x) => valueAndGrads((a) => sum(square(a)))([x]);`,
  node: `import * as tf from '@tensorflow/tfjs-node'; export const f = (x) => tf.grads((a) => a.square())([x]);`,
  required: `const tf = require('@tensorflow/tfjs'); module.exports = { f: (x) => tf.grad((a) => a.square())(x) };`,
  dynamic: `export const f = async (x) => { const tf = await import('@tensorflow/tfjs-core'); return tf.grad((a) => a.square())(x); };`,
  computedName: `import * as tf from '@tensorflow/tfjs'; const name = ['gr', 'ad'].join(''); export const f = (x) => tf[name]((a) => a.square())(x);`,
  defaultImport: `import tf from '@tensorflow/tfjs'; export const f = (x) => tf.grad((a) => a.square())(x);`,
  helper: `import { slope } from './helper'; export const f = (x) => slope((a) => a.square(), x);`,
  engineOfCore: `import { engine } from '@tensorflow/tfjs-core'; export const f = (x) => engine().gradients(() => x.square(), [x]).grads[0];`,
  newEngine: `import * as tf from '@tensorflow/tfjs';
    export const f = (x) => { const e = tf.engine(); return e.constructor.prototype.gradients.call(e, () => x.square(), [x]); };`,
  customGrad: `import * as tf from '@tensorflow/tfjs';
    const own = tf.customGrad((a) => ({ value: a.square(), gradFunc: (dy) => dy.mul(a) }));
    export const f = (x) => tf.grad((a) => own(a))(x);`,
  registered: `import * as tf from '@tensorflow/tfjs';
    tf.registerGradient({ kernelName: 'Square', inputsToSave: ['x'], gradFunc: (dy, [x]) => ({ x: () => dy.mul(x).mul(2) }) });
    export const f = (x) => tf.grad((a) => a.square())(x);`,
  trainOnBatch: `import * as tf from '@tensorflow/tfjs';
    export const f = async (x) => {
      const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [3] })] });
      model.compile({ optimizer: tf.train.sgd(1), loss: 'meanSquaredError' });
      await model.trainOnBatch(x.reshape([1, 3]), tf.ones([1, 1]));
    };`,
  variables: `import * as tf from '@tensorflow/tfjs';
    export const f = (x) => { const v = tf.variable(x); return tf.variableGrads(() => v.square().sum()).grads[v.name]; };`,
  adam: `import { train, variable } from '@tensorflow/tfjs';
    export const f = (x) => { const v = variable(x); train.adam(0.1).minimize(() => v.square().sum()); return v; };`,
};

describe.each(Object.entries(WAYS))('%s', (_, code) => {
  const helper = `import * as tf from '@tensorflow/tfjs-core'; export const slope = (g, x) => tf.grads(g)([x])[0];`;
  const session = useSession(pool, { 'm.ts': code, 'helper.ts': helper }, { gradients: 'none' });

  test('is refused, kindly', async () => {
    expect(await session().failure('m.f', [x])).toMatchObject({
      status: 'runtime-error',
      message: expect.stringMatching(
        /^Automatic differentiation .* is switched off in this check: .* your own formula\.$/,
      ),
    });
  });
});

describe('without a tape', () => {
  const session = useSession(
    pool,
    {
      'm.ts': `import * as tf from '@tensorflow/tfjs';
        const conv = { strides: [1, 1], pad: 'same', dataFormat: 'NHWC' };
        export const maxPoolGrad = (a, dy) => {
          const input = a.reshape([1, 2, 2, 1]);
          const output = tf.maxPool(input, 2, 2, 'same');
          const attributes = { filterSize: [2, 2], strides: [2, 2], pad: 'same' };
          return tf.engine().runKernel('MaxPoolGrad', { dy: dy.reshape([1, 1, 1, 1]), input, output }, attributes).reshape([4]);
        };
        export const filterGrad = (a) => {
          const x = a.reshape([1, 2, 2, 1]);
          return tf.engine().runKernel('Conv2DBackpropFilter', { x, dy: tf.onesLike(x) }, { ...conv, filterShape: [1, 1, 1, 1] });
        };
        export const inputGrad = (a) => {
          const dy = a.reshape([1, 2, 2, 1]);
          const filter = tf.tensor4d([3], [1, 1, 1, 1]);
          return tf.engine().runKernel('Conv2DBackpropInput', { dy, filter }, { ...conv, inputShape: [1, 2, 2, 1] }).reshape([4]);
        };
        export const transposed = (a) =>
          tf.conv2dTranspose(a.reshape([1, 2, 2, 1]), tf.tensor4d([3], [1, 1, 1, 1]), [1, 2, 2, 1], 1, 'same').reshape([4]);
        export const loops = (a) => a.arraySync().map((v) => 2 * v);
        export const layer = (a) => tf.layers.maxPooling2d({ poolSize: 2 }).apply(a.reshape([1, 2, 2, 1])).reshape([1]);
        export const variable = (a) => { const v = tf.variable(a); v.assign(v.mul(2)); return v; };`,
    },
    { gradients: 'none' },
  );
  const a = NdArray.of([1, 4, 2, 3]);

  test.each<[string, number[], NdArray[]?]>([
    ['maxPoolGrad', [0, 7, 0, 0], [a, NdArray.of([7])]],
    ['filterGrad', [10]],
    ['inputGrad', [3, 12, 6, 9]],
    ['transposed', [3, 12, 6, 9]],
    ['layer', [4]],
    ['variable', [2, 8, 4, 6]],
  ])('%s works', async (fn, expected, args = [a]) => {
    expect(entries(await session().value(`m.${fn}`, args))).toEqual(expected);
  });

  test('loops work', async () => {
    expect(await session().value('m.loops', [a])).toEqual([2, 8, 4, 6]);
  });
});
