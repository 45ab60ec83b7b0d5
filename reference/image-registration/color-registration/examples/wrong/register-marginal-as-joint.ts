/**
 * @mistake register draws the marginal batch like the joint one: the colours of both pictures come from the same place.
 * @hint Draw the places of the two halves independently of each other.
 * @expect pair-green wrong-answer
 * @expect pair-blue wrong-answer
 * @expect losses wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function perspectiveTransform(image: tf.Tensor, H: tf.Tensor, xv: tf.Tensor, yv: tf.Tensor): tf.Tensor {
  const [h, w, c] = image.shape as [number, number, number];
  const m = tf.split(tf.reshape(H, [9]), 9);
  const [x, y] = [tf.reshape(xv, [-1]), tf.reshape(yv, [-1])];
  const row = (i: number) => tf.add(tf.add(tf.mul(m[i], x), tf.mul(m[i + 1], y)), m[i + 2]);
  const s = row(6);
  const px = tf.mul(tf.add(tf.div(row(0), s), 1), (w - 1) / 2);
  const py = tf.mul(tf.add(tf.div(row(3), s), 1), (h - 1) / 2);
  const pixels = tf.reshape(image, [h * w, c]);
  const left = tf.tensor1d(Array.from(px.dataSync(), (v) => Math.floor(v)));
  const top = tf.tensor1d(Array.from(py.dataSync(), (v) => Math.floor(v)));
  const fx = tf.sub(px, left);
  const fy = tf.sub(py, top);
  const neighbour = (dx: number, dy: number) => {
    const column = tf.add(left, dx);
    const line = tf.add(top, dy);
    const inside = tf.logicalAnd(
      tf.logicalAnd(tf.greaterEqual(column, 0), tf.lessEqual(column, w - 1)),
      tf.logicalAnd(tf.greaterEqual(line, 0), tf.lessEqual(line, h - 1)),
    );
    const at = tf.add(tf.mul(tf.clipByValue(line, 0, h - 1), w), tf.clipByValue(column, 0, w - 1));
    const weight = tf.mul(dx ? fx : tf.sub(1, fx), dy ? fy : tf.sub(1, fy));
    return tf.mul(tf.gather(pixels, tf.cast(at, 'int32') as tf.Tensor1D), tf.reshape(tf.mul(weight, tf.cast(inside, 'float32')), [-1, 1]));
  };
  const sum = tf.addN([neighbour(0, 0), neighbour(1, 0), neighbour(0, 1), neighbour(1, 1)]);
  return tf.reshape(sum, [h, w, c]);
}

export function mineCritic(params: any, x: tf.Tensor): tf.Tensor {
  const h1 = tf.elu(tf.add(tf.matMul(x as any, params.w1), params.b1));
  const h2 = tf.elu(tf.add(tf.matMul(h1 as any, params.w2), params.b2));
  return tf.add(tf.matMul(h2 as any, params.w3), params.b3);
}

function draw(n: number, count: number, rng: () => number): number[] {
  const order = Array.from({ length: n }, (_, i) => i);
  for (let i = 0; i < count; i++) {
    const j = i + Math.floor(rng() * (n - i));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order.slice(0, count);
}

export function sampleBatch(data: tf.Tensor, batchSize: number, mode: 'joint' | 'marginal', rng: () => number): tf.Tensor {
  const [n, d] = data.shape as [number, number];
  const first = draw(n, batchSize, rng);
  if (mode === 'joint') return tf.gather(data, first);
  const second = draw(n, batchSize, rng);
  const [left, right] = tf.split(data, [d / 2, d / 2], 1);
  return tf.concat([tf.gather(left, first), tf.gather(right, second)], 1);
}

// The generators of the homographies: two translations, two shears, two scalings, two perspectives.
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

function makeH(v: tf.Tensor): tf.Tensor2D {
  const C = v.reshape([1, GENERATORS.length]).matMul(tf.tensor2d(GENERATORS)).reshape([3, 3]);
  let term: tf.Tensor = tf.eye(3);
  let sum: tf.Tensor = tf.eye(3);
  for (let n = 1; n < 9; n++) {
    term = term.matMul(C).div(n);
    sum = sum.add(term);
  }
  return sum as tf.Tensor2D;
}

/** The moving picture's colours at H·p for the given pixels p, [n,3]. */
function sampleMoving(moving: tf.Tensor, H: tf.Tensor2D, pixels: number[]): tf.Tensor2D {
  const [h, w, c] = moving.shape as [number, number, number];
  const px = pixels.map((k) => (2 * (k % w)) / (w - 1) - 1);
  const py = pixels.map((k) => (2 * Math.floor(k / w)) / (h - 1) - 1);
  const [X, Y, Z] = H.matMul(tf.tensor2d([px, py, px.map(() => 1)])).unstack();
  const x = X.div(Z).add(1).mul((w - 1) / 2);
  const y = Y.div(Z).add(1).mul((h - 1) / 2);
  // The four neighbours and their values are constants for the gradient.
  const x0 = Array.from(x.dataSync(), Math.floor);
  const y0 = Array.from(y.dataSync(), Math.floor);
  const colours = moving.reshape([h * w, c]);
  const at = (dx: number, dy: number) => {
    const place = x0.map((a, i) => Math.min(h - 1, Math.max(0, y0[i] + dy)) * w + Math.min(w - 1, Math.max(0, a + dx)));
    return colours.gather(tf.tensor1d(place, 'int32'));
  };
  const fx = x.sub(tf.tensor1d(x0)).expandDims(1);
  const fy = y.sub(tf.tensor1d(y0)).expandDims(1);
  const top = at(0, 0).mul(tf.sub(1, fx)).add(at(1, 0).mul(fx));
  const bottom = at(0, 1).mul(tf.sub(1, fx)).add(at(1, 1).mul(fx));
  return top.mul(tf.sub(1, fy)).add(bottom.mul(fy)) as tf.Tensor2D;
}

export async function register(fixed: tf.Tensor, moving: tf.Tensor, options: any) {
  const { iterations, batchSize, learningRate, rng } = options;
  const [h, w, c] = fixed.shape as [number, number, number];
  const random = (shape: number[], bound: number) => {
    const entries = Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => (2 * rng() - 1) * bound);
    return tf.variable(tf.tensor(entries, shape));
  };
  const params = {
    w1: random([2 * c, 100], 0.8),
    b1: random([100], 0.6),
    w2: random([100, 100], 0.1),
    b2: random([100], 0.1),
    w3: random([100, 1], 0.1),
    b3: random([1], 0),
  };
  const v = tf.variable(tf.zeros([GENERATORS.length]));
  const fixedColours = fixed.reshape([h * w, c]);
  const optimizer = tf.train.adam(learningRate);
  const losses: number[] = [];
  for (let i = 0; i < iterations; i++) {
    (optimizer as any).learningRate = learningRate * (1 - i / iterations);
    const n = Math.min(batchSize, h * w);
    const joint = draw(h * w, n, rng);
    const left = draw(h * w, n, rng);
    const right = left;
    const loss = optimizer.minimize(() => {
      const theirs = sampleMoving(moving, makeH(v), [...joint, ...right]);
      const ours = fixedColours.gather(tf.tensor1d([...joint, ...left], 'int32'));
      const [onJoint, onMarginal] = tf.split(mineCritic(params, tf.concat([ours, theirs], 1)), 2);
      return onMarginal.logSumExp().sub(Math.log(n)).sub(onJoint.mean()) as tf.Scalar;
    }, true)!;
    const value = (await loss.data())[0];
    loss.dispose();
    losses.push(value);
    options.onIteration?.(i, value);
  }
  const H = tf.tidy(() => makeH(v));
  tf.dispose([params, v, fixedColours]);
  optimizer.dispose();
  return { H, losses };
}
