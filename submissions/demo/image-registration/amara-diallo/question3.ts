import * as tf from '@tensorflow/tfjs';

export function perspectiveTransform(image: tf.Tensor, H: tf.Tensor, xv: tf.Tensor, yv: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const [h, w, c] = image.shape as [number, number, number];
    const A = H.div(H.slice([2, 2], [1, 1]));
    const e = (i: number, j: number) => A.slice([i, j], [1, 1]).asScalar();
    const z = xv.mul(e(2, 0)).add(yv.mul(e(2, 1))).add(1);
    const x = xv.mul(e(0, 0)).add(yv.mul(e(0, 1))).add(e(0, 2)).div(z);
    const y = xv.mul(e(1, 0)).add(yv.mul(e(1, 1))).add(e(1, 2)).div(z);
    // pixel positions in the framed picture, moved back to the frame from far away
    const px = x.mul((w - 1) / 2).add((w - 1) / 2 + 1).clipByValue(0, w + 1);
    const py = y.mul((h - 1) / 2).add((h - 1) / 2 + 1).clipByValue(0, h + 1);
    const whole = (t: tf.Tensor, most: number) => tf.tensor2d((t.arraySync() as number[][]).map((r) => r.map((v) => Math.min(Math.floor(v), most))));
    const [x0, y0] = [whole(px, w), whole(py, h)];
    const [fx, fy] = [px.sub(x0), py.sub(y0)];
    const framed = tf.pad(image, [[1, 1], [1, 1], [0, 0]]);
    const width = w + 2;
    const channels = tf.unstack(framed, 2).slice(0, c).map((plane) => {
      const flat = plane.flatten();
      const at = (dy: number, dx: number) => flat.gather(y0.add(dy).mul(width).add(x0.add(dx)).toInt().flatten() as tf.Tensor1D).reshape([h, w]);
      const top = at(0, 0).mul(tf.sub(1, fx)).add(at(0, 1).mul(fx));
      const bottom = at(1, 0).mul(tf.sub(1, fx)).add(at(1, 1).mul(fx));
      return top.mul(tf.sub(1, fy)).add(bottom.mul(fy)).expandDims(2);
    });
    return tf.concat(channels, 2);
  });
}

export const mineCritic = (p: any, x: tf.Tensor): tf.Tensor =>
  tf.tidy(() => tf.dot(tf.elu(tf.dot(tf.elu(tf.dot(x, p.w1).add(p.b1)), p.w2).add(p.b2)), p.w3).add(p.b3));

export function sampleBatch(data: tf.Tensor, batchSize: number, mode: 'joint' | 'marginal', rng: () => number): tf.Tensor {
  const n = data.shape[0];
  const reservoir = () => {
    const kept = Array.from({ length: batchSize }, (_, i) => i);
    for (let i = batchSize; i < n; i++) {
      const j = Math.floor(rng() * (i + 1));
      if (j < batchSize) kept[j] = i;
    }
    return kept;
  };
  if (mode === 'joint') return tf.gather(data, reservoir());
  const halves = tf.split(data, 2, 1);
  return tf.concat([tf.gather(halves[0], reservoir()), tf.gather(halves[1], reservoir())], 1);
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

function motionOf(v: tf.Tensor): tf.Tensor {
  const C = tf.matMul(v as tf.Tensor2D, tf.tensor2d(GENERATORS)).reshape([3, 3]);
  let E: tf.Tensor = tf.eye(3);
  // Horner: I + C (I + C/2 (I + C/3 (…)))
  for (let n = 8; n > 0; n--) E = tf.eye(3).add(tf.matMul(C as tf.Tensor2D, E as tf.Tensor2D).div(n));
  return E;
}

export async function register(fixed: tf.Tensor, moving: tf.Tensor, options: any) {
  const [h, w, c] = fixed.shape as [number, number, number];
  const { iterations, learningRate, rng } = options;
  const batch = Math.min(options.batchSize, h * w);
  const variable = (shape: number[], bound: number) =>
    tf.tidy(() => tf.variable(tf.tensor(Array.from({ length: tf.util.sizeFromShape(shape) }, () => (2 * rng() - 1) * bound), shape)));
  const params = {
    w1: variable([2 * c, 100], 0.8), b1: variable([100], 0.5),
    w2: variable([100, 100], 0.1), b2: variable([100], 0.1),
    w3: variable([100, 1], 0.1), b3: variable([1], 0),
  };
  const v = variable([1, 8], 0);
  const [xv, yv] = tf.meshgrid(tf.linspace(-1, 1, w), tf.linspace(-1, 1, h));
  const optimizer = tf.train.adam(learningRate);
  const losses: number[] = [];
  for (let i = 0; i < iterations; i++) {
    (optimizer as any).learningRate = learningRate * (1 - i / iterations);
    const cost = optimizer.minimize(() => {
      const warped = perspectiveTransform(moving, motionOf(v), xv, yv);
      const data = tf.concat([fixed.reshape([h * w, c]), warped.reshape([h * w, c])], 1);
      const joint = mineCritic(params, sampleBatch(data, batch, 'joint', rng));
      const marginal = mineCritic(params, sampleBatch(data, batch, 'marginal', rng));
      return marginal.logSumExp().sub(Math.log(batch)).sub(joint.mean()) as tf.Scalar;
    }, true)!;
    const loss = (await cost.data())[0];
    cost.dispose();
    losses.push(loss);
    if (options.onIteration) options.onIteration(i, loss);
  }
  const H = tf.tidy(() => motionOf(v));
  optimizer.dispose();
  tf.dispose([params, v, xv, yv]);
  return { H, losses };
}
