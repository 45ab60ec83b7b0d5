import * as tf from '@tensorflow/tfjs';

export const mineCritic = (params: any, x: tf.Tensor): tf.Tensor =>
  tf.tidy(() => {
    const h1 = tf.elu(tf.add(tf.matMul(x, params.w1), params.b1));
    const h2 = tf.elu(tf.add(tf.matMul(h1, params.w2), params.b2));
    return tf.add(tf.matMul(h2, params.w3), params.b3);
  });

function shuffledTail(n: number, count: number, rng: () => number): number[] {
  const order = [...Array(n).keys()];
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(rng() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order.slice(n - count);
}

export function sampleBatch(data: tf.Tensor, batchSize: number, mode: 'joint' | 'marginal', rng: () => number): tf.Tensor {
  return tf.tidy(() => {
    const n = data.shape[0];
    const c = data.shape[1]! / 2;
    const second = shuffledTail(n, batchSize, rng);
    const first = mode === 'joint' ? second : shuffledTail(n, batchSize, rng);
    const columns = tf.unstack(data, 1);
    return tf.stack(columns.map((column, j) => tf.gather(column, j < c ? first : second)), 1);
  });
}

// log(e^a + e^b)
const logAdd = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => {
  const top = tf.maximum(a, b);
  return tf.add(top, tf.log1p(tf.exp(tf.neg(tf.abs(tf.sub(a, b))))));
};

export function mineLoss(params: any, joint: tf.Tensor, marginal: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const outputs = mineCritic(params, marginal);
    const n = outputs.shape[0];
    let logSum = tf.slice(outputs, [0, 0], [1, 1]);
    for (let i = 1; i < n; i++) logSum = logAdd(logSum as tf.Tensor, tf.slice(outputs, [i, 0], [1, 1])) as tf.Tensor2D;
    return tf.sub(tf.sub(logSum, Math.log(n)), tf.mean(mineCritic(params, joint))).asScalar();
  });
}
