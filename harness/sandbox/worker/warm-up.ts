import type * as tfjs from '@tensorflow/tfjs';
import type { Call } from '../../model/call.ts';
import { NdArray } from '../../model/value.ts';
import { decode, encode } from '../protocol/codec.ts';
import { invoke } from './invoke.ts';
import type { Tf } from './tf.ts';

/**
 * Runs what most programs run, forward and backward, before the start-up snapshot is taken: functions that were compiled
 * by then need not be compiled in every process that starts from it. Leaves no tensor behind.
 */
export async function warmUp(tf: Tf): Promise<void> {
  // Greets at its first use.
  Object.assign(tf.backend(), { firstUse: false });
  warmOperations(tf);
  await warmCalls(tf);
}

/** A request and its reply, by the way that a student's call takes. */
async function warmCalls(tf: Tf): Promise<void> {
  const exports = {
    square: (x: tfjs.Tensor) => x.square(),
    parts: (x: tfjs.Tensor) => ({ first: x.add(1), list: [[1, 2]], number: 3 }),
  };
  const modules = { open: async () => ({ exports }) };
  const session = { tf, modules, kept: new Map(), primed: new Map() };
  const x = new NdArray([2], new Float64Array([0.5, -1]));
  const calls: Call[] = [
    { module: 'warm', fn: 'square', args: [x], echo: true },
    { module: 'warm', fn: 'parts', args: [x] },
    { module: 'warm', fn: 'square', args: [x], gradient: { wrt: [[0]], cotangent: x } },
  ];
  tf.engine().startScope();
  for (const call of calls) {
    const asked = decode(encode(call), { special: true }) as Call;
    encode(await invoke(session, asked));
  }
  tf.engine().endScope();
}

function warmOperations(tf: Tf): void {
  tf.tidy(() => {
    const vector = tf.tensor1d([0.3, -0.2, 0.5]);
    const matrix = tf.tensor2d([
      [0.1, 0.2, 0.3],
      [0.4, -0.5, 0.6],
      [0.7, 0.8, -0.9],
    ]);
    for (const f of functionsOf(tf)) {
      const value = f(vector, matrix);
      value.arraySync();
      value.dataSync();
      tf.grads((v: tfjs.Tensor, m: tfjs.Tensor) => f(v as tfjs.Tensor1D, m as tfjs.Tensor2D).sum())([vector, matrix]);
    }
    tf.where(matrix.greater(0), matrix, tf.zerosLike(matrix)).argMax(1).arraySync();
    const square = tf.customGrad((x, save) => {
      const saved = x as tfjs.Tensor;
      (save as tfjs.GradSaveFunc)([saved]);
      return { value: saved.square(), gradFunc: (dy, [kept]) => dy.mul(kept!).mul(2) };
    });
    tf.grad((x) => square(x))(vector, tf.onesLike(vector)).arraySync();
    const image = tf.tensor4d(
      Array.from({ length: 16 }, (_, i) => Math.sin(i)),
      [1, 4, 4, 1],
    );
    const kernel = tf.tensor4d(
      Array.from({ length: 4 }, (_, i) => Math.cos(i)),
      [2, 2, 1, 1],
    );
    tf.grads((x: tfjs.Tensor, k: tfjs.Tensor) =>
      tf.maxPool(tf.conv2d(x as tfjs.Tensor4D, k as tfjs.Tensor4D, 1, 'same'), 2, 2, 'same').sum(),
    )([image, kernel]);
  });
}

type Sample = (v: tfjs.Tensor1D, m: tfjs.Tensor2D) => tfjs.Tensor;

/** Every one uses both arguments, as tf.grads asks. */
function functionsOf(tf: Tf): Sample[] {
  return [
    (v, m) => tf.add(v, m).sub(m.mul(0.5)).mul(v).div(m.add(3)).neg(),
    (v, m) =>
      tf
        .exp(m)
        .log()
        .add(v.square().sqrt())
        .add(tf.pow(m.abs().add(1), 2)),
    (v, m) => tf.sum(m, 1).add(tf.mean(m, 0)).add(v).add(tf.max(m, -1)).add(tf.min(m, 1)),
    (v, m) => tf.logSumExp(m, 1).add(tf.softmax(v)).add(tf.logSoftmax(v)),
    (v, m) => tf.matMul(m, m, false, true).add(tf.outerProduct(v, v)).add(tf.dot(m, v)),
    (v, m) => tf.sigmoid(m).add(tf.tanh(m)).add(tf.relu(m)).add(tf.softplus(m)).add(tf.elu(m)).mul(v),
    (v, m) =>
      tf
        .concat([m, v.expandDims(0)], 0)
        .transpose()
        .reshape([2, 6])
        .slice([0, 1], [2, 3]),
    (v, m) =>
      tf
        .stack([v, m.gather([1]).squeeze([0])])
        .add(tf.unstack(m)[0]!)
        .add(tf.tile(v, [2]).slice(0, 3)),
    (v, m) => m.clipByValue(-1, 1).add(tf.maximum(m, m.square())).add(tf.minimum(m, m.square())).add(v),
    (v, m) =>
      m
        .sub(m.mean(0, true))
        .mul(tf.zerosLike(m).add(tf.scalar(2)))
        .mul(v)
        .cumsum(0),
    (v, m) =>
      tf
        .squaredDifference(m, m.mul(v))
        .mul(tf.log1p(m.square()))
        .mul(tf.eye(3))
        .mul(tf.fill([3], 2)),
  ];
}
