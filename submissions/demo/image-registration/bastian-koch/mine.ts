import * as tf from '@tensorflow/tfjs';

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

export function mineLoss(params: any, joint: tf.Tensor, marginal: tf.Tensor): tf.Tensor {
  const t = mineCritic(params, marginal);
  return tf.sub(tf.mean(tf.log(tf.exp(t))), tf.mean(mineCritic(params, joint)));
}
