/**
 * @about Plain loops with backward rules of their own, in several files; nested arrays from sampleBatch; registration without any tensor in its loop.
 */
import * as tf from '@tensorflow/tfjs';
import { backward, forward } from './lib/sampling';
import { train } from './lib/registration';
import { criticBackward, criticForward } from './lib/network.ts';

export function perspectiveTransform(image: tf.Tensor, H: tf.Tensor, xv: tf.Tensor, yv: tf.Tensor): tf.Tensor {
  const xs = Array.from(xv.dataSync());
  const ys = Array.from(yv.dataSync());
  const shape = image.shape as [number, number, number];
  return tf.customGrad((a: any, b: any) => {
    const pixels = Array.from((a as tf.Tensor).dataSync());
    const m = Array.from((b as tf.Tensor).dataSync());
    return {
      value: tf.tensor(forward(pixels, shape, m, xs, ys), shape) as tf.Tensor,
      gradFunc: (dy: tf.Tensor) => {
        const { dImage, dH } = backward(pixels, shape, m, xs, ys, Array.from(dy.dataSync()));
        return [tf.tensor(dImage, shape), tf.tensor(dH, [3, 3])];
      },
    };
  })(image, H);
}

export function mineCritic(params: any, x: tf.Tensor): tf.Tensor {
  const rows = x.arraySync() as number[][];
  return tf.customGrad((...inputs: any[]) => {
    const w = inputs.slice(0, 6).map((t: tf.Tensor) => t.arraySync());
    return {
      value: tf.tensor2d(criticForward(w, rows).map(({ out }) => [out])) as tf.Tensor,
      gradFunc: (dy: tf.Tensor) => criticBackward(w, rows, Array.from(dy.dataSync())).map((g: any) => tf.tensor(g)),
    };
  })(params.w1, params.b1, params.w2, params.b2, params.w3, params.b3);
}

export function sampleBatch(data: tf.Tensor, batchSize: number, mode: 'joint' | 'marginal', rng: () => number): number[][] {
  const rows = data.arraySync() as number[][];
  const shuffled = () => {
    const order = rows.map((_, i) => i);
    for (let i = order.length - 1; i > 0; i--) {
      const j = Math.floor(rng() * (i + 1));
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  };
  const left = shuffled();
  const right = mode === 'joint' ? left : shuffled();
  const c = rows[0].length / 2;
  return left.slice(0, batchSize).map((row, k) => rows[row].slice(0, c).concat(rows[right[k]].slice(c)));
}

export function register(fixed: tf.Tensor, moving: tf.Tensor, options: any) {
  const [h, w] = fixed.shape as [number, number, number];
  const { H, losses } = train(fixed.dataSync(), Array.from(moving.dataSync()), [h, w], options);
  return { H: [H.slice(0, 3), H.slice(3, 6), H.slice(6)], losses };
}
