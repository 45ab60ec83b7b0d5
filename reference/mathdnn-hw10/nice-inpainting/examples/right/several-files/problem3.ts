/**
 * @about Classes in several files; pairs split by products with 0/1 matrices; tf.where; the step only where pixels are missing.
 */
import * as tf from '@tensorflow/tfjs';
import { AdditiveCoupling } from './flow/additive.ts';
import { type Dense, Nice } from './flow/nice';

type Model = { couplings: Dense[][]; scale: tf.Tensor };

export function coupling(layers: Dense[], x: tf.Tensor, maskConfig: 0 | 1, reverse: boolean): tf.Tensor {
  const layer = new AdditiveCoupling(layers, maskConfig);
  return reverse ? layer.inverse(x) : layer.forward(x);
}

export function scaling(scale: tf.Tensor, x: tf.Tensor, reverse: boolean) {
  const factor = tf.exp(scale);
  return { logDet: tf.sum(scale), x: reverse ? tf.div(x, factor) : tf.mul(x, factor) };
}

export const niceForward = (model: Model, x: tf.Tensor) => new Nice(model).forward(x);

export const niceInverse = (model: Model, z: tf.Tensor) => new Nice(model).inverse(z);

export const logProb = (model: Model, x: tf.Tensor) => new Nice(model).logProb(x);

export function inpaint(model: Model, image: tf.Tensor, mask: tf.Tensor, { steps, learningRate }: { steps: number; learningRate: number }) {
  const flow = new Nice(model);
  const slope = tf.grad((x: tf.Tensor) => flow.logProb(x.reshape([1, x.size])).asScalar());
  return tf.tidy(() => {
    const missing = tf.less(mask, 0.5);
    const rates = tf.where(missing, tf.fill([image.size], learningRate), tf.zerosLike(image));
    let x: tf.Tensor = image.clone();
    for (let i = 0; i < steps; i++) {
      x = tf.tidy(() => tf.minimum(1, tf.maximum(0, tf.add(x, tf.mul(rates, slope(x))))));
    }
    return x;
  });
}
