/**
 * @about Bilinear sampling as a product with hat functions of every pixel; the picture as a matrix; no gathering at all. Registration warps the points of the batches only, and averages the last iterates.
 */
import * as tf from '@tensorflow/tfjs';

const hat = (position: tf.Tensor, n: number): tf.Tensor =>
  tf.relu(tf.sub(1, tf.abs(tf.sub(position.reshape([-1, 1]), tf.range(0, n).reshape([1, n])))));

export function perspectiveTransform(image: tf.Tensor, H: tf.Tensor, xv: tf.Tensor, yv: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const [h, w, c] = image.shape as [number, number, number];
    const grid = tf.stack([xv.flatten(), yv.flatten(), tf.ones([xv.size])], 1);
    const mapped = tf.matMul(grid as tf.Tensor2D, H as tf.Tensor2D, false, true);
    const [X, Y, Z] = tf.unstack(mapped, 1);
    const horizontal = hat(X.div(Z).add(1).mul((w - 1) / 2), w);
    const vertical = hat(Y.div(Z).add(1).mul((h - 1) / 2), h);
    // weight of pixel (i, j) for point p: vertical[p,i] horizontal[p,j]
    const weights = tf.mul(vertical.expandDims(2), horizontal.expandDims(1)).reshape([-1, h * w]);
    return tf.matMul(weights as tf.Tensor2D, image.reshape([h * w, c]) as tf.Tensor2D).reshape([h, w, c]);
  });
}

export function mineCritic(params: any, x: tf.Tensor): tf.Tensor {
  const elu = (a: tf.Tensor) => tf.add(tf.maximum(a, 0), tf.exp(tf.minimum(a, 0)).sub(1));
  const layer = (a: tf.Tensor, i: number) => tf.add(tf.matMul(a as tf.Tensor2D, params[`w${i}`]), params[`b${i}`]);
  return layer(elu(layer(elu(layer(x, 1)), 2)), 3);
}

export function sampleBatch(data: tf.Tensor, batchSize: number, mode: 'joint' | 'marginal', rng: () => number): tf.Tensor {
  const n = data.shape[0];
  const draw = () => {
    const seen = new Set<number>();
    while (seen.size < batchSize) seen.add(Math.floor(rng() * n));
    return tf.tensor1d([...seen], 'int32');
  };
  const first = draw();
  const batch = tf.gather(data, first);
  if (mode === 'joint') return batch;
  return tf.concat([batch.slice([0, 0], [batchSize, 3]), tf.gather(data, draw()).slice([0, 3], [batchSize, 3])], 1);
}

const GENERATORS = [
  [0, 0, 1, 0, 0, 0, 0, 0, 0],
  [0, 0, 0, 0, 0, 1, 0, 0, 0],
  [0, 1, 0, 0, 0, 0, 0, 0, 0],
  [0, 0, 0, 1, 0, 0, 0, 0, 0],
  [1, 0, 0, 0, -1, 0, 0, 0, 0],
  [0, 0, 0, 0, -1, 0, 0, 0, 1],
  [0, 0, 0, 0, 0, 0, 1, 0, 0],
  [0, 0, 0, 0, 0, 0, 0, 1, 0],
];

/** (I + C/64)^64 by six squarings. */
function homography(v: tf.Tensor): tf.Tensor2D {
  const C = tf.matMul(v.reshape([1, 8]) as tf.Tensor2D, tf.tensor2d(GENERATORS)).reshape([3, 3]);
  let E = tf.eye(3).add(C.div(64)) as tf.Tensor2D;
  for (let n = 0; n < 6; n++) E = tf.matMul(E, E);
  return E;
}

/** The picture at H·p for points p [n,3]: first along the columns, then along the rows. */
function atPoints(image: tf.Tensor, H: tf.Tensor2D, points: tf.Tensor2D): tf.Tensor {
  const [h, w, c] = image.shape as [number, number, number];
  const [X, Y, Z] = tf.unstack(tf.matMul(points, tf.transpose(H)), 1);
  const lines = tf.matMul(hat(Y.div(Z).add(1).mul((h - 1) / 2), h) as tf.Tensor2D, image.reshape([h, w * c]) as tf.Tensor2D);
  return tf.sum(lines.reshape([-1, w, c]).mul(hat(X.div(Z).add(1).mul((w - 1) / 2), w).expandDims(2)), 1);
}

export function register(fixed: tf.Tensor, moving: tf.Tensor, options: any) {
  const { iterations, learningRate, rng } = options;
  const [h, w, c] = fixed.shape as [number, number, number];
  const batchSize = Math.min(options.batchSize, h * w);
  const colours = fixed.reshape([h * w, c]).arraySync() as number[][];
  const weight = (rows: number, columns: number, size: number) =>
    tf.variable(tf.tensor2d(Array.from({ length: rows }, () => Array.from({ length: columns }, () => size * (2 * rng() - 1)))));
  const bias = (n: number, size: number) => tf.variable(tf.tensor1d(Array.from({ length: n }, () => size * (2 * rng() - 1))));
  const params = { w1: weight(2 * c, 100, 0.8), b1: bias(100, 0.6), w2: weight(100, 100, 0.1), b2: bias(100, 0.1), w3: weight(100, 1, 0.1), b3: bias(1, 0) };
  const v = tf.variable(tf.zeros([8]));
  const optimizer = tf.train.adam(learningRate);
  const choose = () => {
    const seen = new Set<number>();
    while (seen.size < batchSize) seen.add(Math.floor(rng() * h * w));
    return [...seen];
  };
  const point = (k: number) => [(2 * (k % w)) / (w - 1) - 1, (2 * Math.floor(k / w)) / (h - 1) - 1, 1];
  const losses: number[] = [];
  const last: number[][] = [];
  for (let i = 0; i < iterations; i++) {
    // in steps, and at the end the iterates are averaged
    (optimizer as any).learningRate = learningRate * (i < 0.5 * iterations ? 1 : i < 0.75 * iterations ? 0.3 : 0.1);
    const loss = tf.tidy(() => {
      const [joint, left, right] = [choose(), choose(), choose()];
      const colour = tf.tensor2d([...joint, ...left].map((k) => colours[k]));
      const points = tf.tensor2d([...joint, ...right].map(point));
      const value = optimizer.minimize(() => {
        const T = mineCritic(params, tf.concat([colour, atPoints(moving, homography(v), points)], 1));
        const [onJoint, onMarginal] = tf.split(T, 2);
        return tf.neg(onJoint.mean().sub(onMarginal.logSumExp().sub(Math.log(batchSize)))) as tf.Scalar;
      }, true)!;
      return value.dataSync()[0];
    });
    losses.push(loss);
    if (i >= 0.85 * iterations) last.push(Array.from(v.dataSync()));
    options.onIteration?.(i + 1, loss);
  }
  if (last.length === 0) last.push(Array.from(v.dataSync()));
  const average = last[0].map((_, k) => last.reduce((sum, one) => sum + one[k], 0) / last.length);
  const H = tf.tidy(() => homography(tf.tensor1d(average)));
  tf.dispose([params, v]);
  optimizer.dispose();
  return { H, losses };
}
