/**
 * @about tf.valueAndGrads with an own Adam; weights from the layers API; the Cayley transform in place of the exponential; callbacks count from 1.
 */
import * as tf from '@tensorflow/tfjs';

type Rng = () => number;

/** [N, 2]: grey value of the fixed picture, and of the warped moving one, for every pixel. */
function dataOf(fixed: tf.Tensor, warped: tf.Tensor): tf.Tensor2D {
  return tf.stack([fixed.flatten(), warped.flatten()], 1) as tf.Tensor2D;
}

export function sampleBatch(data: tf.Tensor, batchSize: number, mode: 'joint' | 'marginal', rng: Rng): tf.Tensor {
  const c = data.shape[1]! / 2;
  const rows = (): tf.Tensor1D => {
    // A shuffle by sorting random keys.
    const keys = Array.from({ length: data.shape[0]! }, (_, i) => [rng(), i] as const);
    keys.sort((a, b) => a[0] - b[0]);
    return tf.tensor1d(keys.slice(0, batchSize).map(([, i]) => i), 'int32');
  };
  if (mode === 'joint') return data.gather(rows());
  const first = data.slice([0, 0], [-1, c]).gather(rows());
  const second = data.slice([0, c], [-1, c]).gather(rows());
  return tf.concat([first, second], 1);
}

export function perspectiveWarp(image: tf.Tensor, H: tf.Tensor): tf.Tensor {
  const [h, w] = image.shape as [number, number];
  const grid = tf.meshgrid(tf.linspace(-1, 1, w), tf.linspace(-1, 1, h));
  const [xv, yv] = grid.map((t) => t.flatten());
  const mapped = tf.matMul(H as tf.Tensor2D, tf.stack([xv, yv, tf.onesLike(xv)]) as tf.Tensor2D);
  const z = mapped.slice([2, 0], [1, -1]).flatten();
  const x = mapped.slice([0, 0], [1, -1]).flatten().div(z).add(1).mul(0.5 * (w - 1));
  const y = mapped.slice([1, 0], [1, -1]).flatten().div(z).add(1).mul(0.5 * (h - 1));
  const pixels = image.flatten();
  const x0 = Float32Array.from(x.dataSync(), Math.floor);
  const y0 = Float32Array.from(y.dataSync(), Math.floor);
  let result: tf.Tensor = tf.zerosLike(x);
  for (const dx of [0, 1]) {
    for (const dy of [0, 1]) {
      const xi = x0.map((a) => a + dx);
      const yi = y0.map((a) => a + dy);
      const inside = xi.map((a, k) => Number(a >= 0 && a < w && yi[k] >= 0 && yi[k] < h));
      const index = tf.tensor1d(xi.map((a, k) => (inside[k] ? yi[k] * w + a : 0)), 'int32');
      const value = pixels.gather(index).mul(tf.tensor1d(inside));
      const weightX = tf.sub(1, x.sub(tf.tensor1d(xi)).abs());
      const weightY = tf.sub(1, y.sub(tf.tensor1d(yi)).abs());
      result = result.add(value.mul(weightX).mul(weightY));
    }
  }
  return result.reshape([h, w]);
}

export async function register(fixed: tf.Tensor, moving: tf.Tensor, options: any) {
  const { iterations, batchSize, learningRate, rng } = options;
  // The layers API, seeded from rng.
  const seeded = () => tf.initializers.glorotUniform({ seed: Math.floor(rng() * 1e9) });
  const network = tf.sequential({
    layers: [
      tf.layers.dense({ inputShape: [2], units: 100, activation: 'elu', kernelInitializer: seeded() }),
      tf.layers.dense({ units: 100, activation: 'elu', kernelInitializer: seeded() }),
      tf.layers.dense({ units: 1, kernelInitializer: seeded() }),
    ],
  });
  let parameters = [tf.zeros([8]), ...network.getWeights().map((x) => x.clone())];
  let first = parameters.map((p) => tf.zerosLike(p));
  let second = parameters.map((p) => tf.zerosLike(p));

  // The Cayley transform takes the same generators to homographies, without a series: (I − C/2)⁻¹ (I + C/2).
  const homography = (v: tf.Tensor): tf.Tensor => {
    const [tx, ty, sx, sy, a, b, p, q] = tf.unstack(v);
    const C = tf.stack([a, sx, tx, sy, tf.neg(tf.add(a, b)), ty, p, q, b]).reshape([3, 3]);
    const plus = tf.eye(3).add(C.div(2));
    const minus = tf.eye(3).sub(C.div(2));
    // A factor in front of H does not matter, so the adjugate does as well as the inverse.
    return adjugate(minus).matMul(plus);
  };
  const apply = (weights: tf.Tensor[], x: tf.Tensor): tf.Tensor => {
    let z = x;
    for (let k = 0; k < weights.length; k += 2) {
      z = tf.add(tf.matMul(z as tf.Tensor2D, weights[k] as tf.Tensor2D), weights[k + 1]);
      if (k + 2 < weights.length) z = tf.elu(z);
    }
    return z;
  };
  const objective = (v: tf.Tensor, ...weights: tf.Tensor[]): tf.Scalar => {
    const data = dataOf(fixed, perspectiveWarp(moving, homography(v)));
    const n = Math.min(batchSize, data.shape[0]);
    const J = apply(weights, sampleBatch(data, n, 'joint', rng));
    const M = apply(weights, sampleBatch(data, n, 'marginal', rng));
    return M.logSumExp().sub(Math.log(n)).sub(J.mean()) as tf.Scalar;
  };
  const withGradients = tf.valueAndGrads(objective as (...x: tf.Tensor[]) => tf.Tensor);
  const losses: number[] = [];
  for (let i = 1; i <= iterations; i++) {
    const { value, grads } = withGradients(parameters);
    const rate = i <= iterations / 2 ? learningRate : 2 * learningRate * (1 - (i - 1) / iterations);
    // Adam by hand.
    const next = tf.tidy(() => {
      const m = first.map((x, k) => x.mul(0.9).add(grads[k].mul(0.1)));
      const s = second.map((x, k) => x.mul(0.999).add(grads[k].square().mul(0.001)));
      const p = parameters.map((x, k) => {
        const step = m[k].div(1 - 0.9 ** i).div(s[k].div(1 - 0.999 ** i).sqrt().add(1e-8));
        return x.sub(step.mul(rate));
      });
      return { m, s, p };
    });
    tf.dispose([parameters, first, second, grads]);
    [parameters, first, second] = [next.p, next.m, next.s];
    const loss = value.dataSync()[0];
    value.dispose();
    losses.push(loss);
    if (options.onIteration) options.onIteration(i, loss);
  }
  const H = tf.tidy(() => homography(parameters[0]));
  tf.dispose([parameters, first, second]);
  network.dispose();
  return { H, losses };
}

/** Of a [3,3] matrix, by cross products of its rows. */
function adjugate(A: tf.Tensor): tf.Tensor {
  const [r, s, t] = tf.unstack(A);
  const cross = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => {
    const [a0, a1, a2] = tf.unstack(a);
    const [b0, b1, b2] = tf.unstack(b);
    return tf.stack([a1.mul(b2).sub(a2.mul(b1)), a2.mul(b0).sub(a0.mul(b2)), a0.mul(b1).sub(a1.mul(b0))]);
  };
  return tf.stack([cross(s, t), cross(t, r), cross(r, s)], 1);
}
