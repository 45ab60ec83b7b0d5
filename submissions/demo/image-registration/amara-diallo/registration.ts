import * as tf from '@tensorflow/tfjs';

interface Options {
  iterations: number;
  batchSize: number;
  learningRate: number;
  rng: () => number;
  onIteration?: (i: number, loss: number) => void;
}

const HIDDEN = 100;

// The generators of the homographies: t_x, t_y, two shears, two scalings, two perspectives.
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

/** Sum of the first terms of exp(C). */
function matrixExp(C: tf.Tensor2D): tf.Tensor2D {
  let term = tf.eye(3);
  let sum = tf.eye(3);
  for (let n = 1; n < 9; n++) {
    term = term.matMul(C).div(n);
    sum = sum.add(term);
  }
  return sum;
}

function makeH(v: tf.Tensor): tf.Tensor2D {
  const C = v.reshape([1, GENERATORS.length]).matMul(tf.tensor2d(GENERATORS)).reshape([3, 3]);
  return matrixExp(C as tf.Tensor2D);
}

/** n different numbers out of 0 … count − 1. */
function choose(count: number, n: number, rng: () => number): number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = 0; i < n; i++) {
    const j = i + Math.floor(rng() * (count - i));
    const t = order[i];
    order[i] = order[j];
    order[j] = t;
  }
  return order.slice(0, n);
}

/** The moving picture's values at H·p for the given pixels p, [n]. */
function sampleMoving(moving: Float32Array, H: tf.Tensor2D, pixels: number[], h: number, w: number): tf.Tensor1D {
  const px = pixels.map((k) => (2 * (k % w)) / (w - 1) - 1);
  const py = pixels.map((k) => (2 * Math.floor(k / w)) / (h - 1) - 1);
  const points = tf.tensor2d([px, py, px.map(() => 1)]);
  const [X, Y, Z] = H.matMul(points).unstack();
  const x = X.div(Z).add(1).mul((w - 1) / 2);
  const y = Y.div(Z).add(1).mul((h - 1) / 2);
  // The four neighbours and their values are constants for the gradient.
  const xs = x.dataSync();
  const ys = y.dataSync();
  const x0 = xs.map(Math.floor);
  const y0 = ys.map(Math.floor);
  const at = (dx: number, dy: number) =>
    tf.tensor1d(
      Array.from(xs, (_, i) => {
        const c = Math.min(w - 1, Math.max(0, x0[i] + dx));
        const r = Math.min(h - 1, Math.max(0, y0[i] + dy));
        return moving[r * w + c];
      }),
    );
  const fx = x.sub(tf.tensor1d(x0));
  const fy = y.sub(tf.tensor1d(y0));
  const gx = tf.sub(1, fx);
  const gy = tf.sub(1, fy);
  const top = at(0, 0).mul(gx).add(at(1, 0).mul(fx));
  const bottom = at(0, 1).mul(gx).add(at(1, 1).mul(fx));
  return top.mul(gy).add(bottom.mul(fy)) as tf.Tensor1D;
}

export async function register(fixed: tf.Tensor, moving: tf.Tensor, options: Options) {
  const { iterations, batchSize, learningRate, rng } = options;
  const [h, w] = fixed.shape as [number, number];
  const fixedData = (await fixed.data()) as Float32Array;
  const movingData = (await moving.data()) as Float32Array;

  const random = (shape: number[], bound: number) => {
    const n = shape.reduce((a, b) => a * b, 1);
    return tf.variable(tf.tensor(Array.from({ length: n }, () => (2 * rng() - 1) * bound), shape));
  };
  const w1 = random([2, HIDDEN], 0.7);
  const b1 = random([HIDDEN], 0.7);
  const w2 = random([HIDDEN, HIDDEN], 0.1);
  const b2 = random([HIDDEN], 0.1);
  const w3 = random([HIDDEN, 1], 0.1);
  const b3 = tf.variable(tf.zeros([1]));
  const v = tf.variable(tf.zeros([GENERATORS.length]));
  const critic = (x: tf.Tensor2D) => {
    const z1 = x.matMul(w1 as tf.Tensor2D).add(b1).elu();
    const z2 = z1.matMul(w2 as tf.Tensor2D).add(b2).elu();
    return z2.matMul(w3 as tf.Tensor2D).add(b3);
  };

  const optimizer = tf.train.adam(learningRate);
  const losses: number[] = [];
  for (let i = 0; i < iterations; i++) {
    // The rate falls to zero, so that the noise dies out.
    (optimizer as any).learningRate = learningRate * (1 - i / iterations);
    const n = Math.min(batchSize, h * w);
    const joint = choose(h * w, n, rng);
    const left = choose(h * w, n, rng);
    const right = choose(h * w, n, rng);
    const loss = optimizer.minimize(() => {
      const H = makeH(v);
      const warped = sampleMoving(movingData, H, [...joint, ...right], h, w);
      const grey = tf.tensor1d([...joint, ...left].map((k) => fixedData[k]));
      const T = critic(tf.stack([grey, warped], 1) as tf.Tensor2D);
      const onJoint = T.slice([0, 0], [n, 1]);
      const onMarginal = T.slice([n, 0], [n, 1]);
      const bound = onJoint.mean().sub(onMarginal.logSumExp().sub(Math.log(n)));
      return bound.neg() as tf.Scalar;
    }, true)!;
    const value = (await loss.data())[0];
    loss.dispose();
    losses.push(value);
    options.onIteration?.(i, value);
  }
  const H = tf.tidy(() => makeH(v));
  tf.dispose([w1, b1, w2, b2, w3, b3, v]);
  optimizer.dispose();
  return { H, losses };
}
