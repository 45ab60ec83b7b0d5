/**
 * @about Rows are the places of the largest of random numbers, which a seed from rng makes; ELU and means written out.
 */
import * as tf from '@tensorflow/tfjs';

const myElu = (x: tf.Tensor) => tf.relu(x).add(tf.expm1(tf.minimum(x, 0)));

export function mineCritic(params: any, x: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const layer = (h: tf.Tensor, i: number) => h.matMul(params[`w${i}`]).add(params[`b${i}`]);
    return layer(myElu(layer(myElu(layer(x, 1)), 2)), 3);
  });
}

function rows(n: number, k: number, rng: () => number): tf.Tensor1D {
  // a seed of 48 bits: the generator takes text as well
  const seed = Math.floor(rng() * 2 ** 24) + '-' + Math.floor(rng() * 2 ** 24);
  const keys = tf.randomUniform([n], 0, 1, 'float32', seed as any);
  return tf.topk(keys, k).indices as tf.Tensor1D;
}

export function sampleBatch(data: tf.Tensor, batchSize: number, mode: 'joint' | 'marginal', rng: () => number): tf.Tensor {
  return tf.tidy(() => {
    const [n, d] = data.shape;
    const first = rows(n, batchSize, rng);
    if (mode === 'joint') return data.gather(first);
    const left = tf.slice(data, [0, 0], [n, d / 2]);
    const right = tf.slice(data, [0, d / 2], [n, d / 2]);
    // a table of ones and zeros picks rows by a product
    const place = rows(n, batchSize, rng).reshape([batchSize, 1]);
    const chosen = tf.equal(place, tf.range(0, n, 1, 'int32')).toFloat().matMul(right as tf.Tensor2D);
    return tf.concat([left.gather(first), chosen], 1);
  });
}

export function mineLoss(params: any, joint: tf.Tensor, marginal: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const n = joint.shape[0];
    const weights = tf.fill([1, n], 1 / n);
    const meanJoint = tf.matMul(weights as tf.Tensor2D, mineCritic(params, joint) as tf.Tensor2D).asScalar();
    const t = mineCritic(params, marginal).flatten();
    // T_0 - log softmax(T)_0 is the logarithm of the sum of e^T
    const logSum = t.slice(0, 1).sub(tf.logSoftmax(t).slice(0, 1)).asScalar();
    return logSum.sub(Math.log(marginal.shape[0])).sub(meanJoint);
  });
}
