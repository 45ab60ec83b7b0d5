/**
 * @about The two of each pair kept apart through the whole flow; tf.train.sgd on a variable for the ascent; nested arrays and
 * numbers as results.
 */
import * as tf from '@tensorflow/tfjs';

function net(layers: any[], h: tf.Tensor): tf.Tensor {
  if (layers.length === 1) return tf.add(tf.matMul(h as any, layers[0].kernel), layers[0].bias);
  const [first, ...rest] = layers;
  return net(rest, tf.relu(tf.add(tf.matMul(h as any, first.kernel), first.bias)));
}

function apart(x: tf.Tensor): [tf.Tensor, tf.Tensor] {
  const [n, D] = x.shape;
  const pairs = tf.reshape(x, [n!, D! / 2, 2]);
  const [a, b] = tf.split(pairs, 2, 2);
  return [tf.squeeze(a, [2]), tf.squeeze(b, [2])];
}

function together(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const [n, half] = a.shape;
  return tf.reshape(tf.concat([tf.expandDims(a, 2), tf.expandDims(b, 2)], 2), [n!, 2 * half!]);
}

export const coupling = (layers: any[], x: tf.Tensor, maskConfig: number, reverse: boolean) => {
  const sign = reverse ? -1 : 1;
  const [a, b] = apart(x);
  const result = maskConfig
    ? together(tf.add(a, tf.mul(sign, net(layers, b))), b)
    : together(a, tf.add(b, tf.mul(sign, net(layers, a))));
  return result.arraySync();
};

export const scaling = (scale: tf.Tensor, x: tf.Tensor, reverse: boolean) => {
  const factors = Array.from(scale.dataSync(), (s) => Math.exp(reverse ? -s : s));
  const logDet = Array.from(scale.dataSync()).reduce((p, q) => p + q, 0);
  return { x: (x.arraySync() as number[][]).map((row) => row.map((v, k) => v * factors[k])), logDet };
};

function latents(model: any, x: tf.Tensor): tf.Tensor {
  let [a, b] = apart(x);
  model.couplings.forEach((layers: any[], i: number) => {
    if (i % 2 === 0) a = tf.add(a, net(layers, b));
    else b = tf.add(b, net(layers, a));
  });
  return tf.mul(together(a, b), tf.exp(model.scale));
}

export const niceForward = (model: any, x: tf.Tensor) => ({ z: latents(model, x), logDet: tf.sum(model.scale).dataSync()[0] });

export const niceInverse = (model: any, z: tf.Tensor) =>
  tf.tidy(() => {
    let [a, b] = apart(tf.div(z, tf.exp(model.scale)));
    for (let i = model.couplings.length; i-- > 0; ) {
      if (i % 2 === 0) a = tf.sub(a, net(model.couplings[i], b));
      else b = tf.sub(b, net(model.couplings[i], a));
    }
    return together(a, b);
  });

export function logProb(model: any, x: tf.Tensor): tf.Tensor {
  const z = latents(model, x);
  const each = tf.add(tf.abs(z), tf.mul(2, tf.log1p(tf.exp(tf.neg(tf.abs(z))))));
  return tf.add(tf.neg(tf.sum(each, 1)), tf.sum(model.scale));
}

export async function inpaint(model: any, image: tf.Tensor, mask: tf.Tensor, { steps, learningRate }: any) {
  const x = tf.variable(image.clone());
  const sgd = tf.train.sgd(learningRate);
  for (let i = 0; i < steps; i++) {
    sgd.minimize(() => tf.neg(logProb(model, tf.reshape(x, [1, -1]))).asScalar(), false, [x]);
    const next = tf.tidy(() => tf.where(mask.cast('bool'), image, x.clipByValue(0, 1)));
    x.assign(next as any);
    next.dispose();
  }
  const result = await x.data();
  x.dispose();
  sgd.dispose();
  return tf.tensor1d(result);
}
