import * as tf from '@tensorflow/tfjs';
import { AdditiveCoupling } from './additive';

export interface Dense {
  kernel: tf.Tensor;
  bias: tf.Tensor;
}

export class Nice {
  private stack: AdditiveCoupling[];
  private scale: tf.Tensor;
  constructor({ couplings, scale }: { couplings: Dense[][]; scale: tf.Tensor }) {
    this.stack = couplings.map((layers, i) => new AdditiveCoupling(layers, (1 + i) % 2));
    this.scale = scale;
  }

  forward(x: tf.Tensor) {
    const h = this.stack.reduce((value, layer) => layer.forward(value), x);
    return { z: tf.mul(h, tf.exp(this.scale)), logDet: tf.sum(this.scale) };
  }

  inverse(z: tf.Tensor) {
    const h = tf.mul(z, tf.exp(tf.neg(this.scale)));
    return [...this.stack].reverse().reduce((value, layer) => layer.inverse(value), h);
  }

  logProb(x: tf.Tensor) {
    const { z, logDet } = this.forward(x);
    // log p(z) = −z − 2 softplus(−z)
    const logistic = tf.sub(tf.neg(z), tf.mul(2, tf.softplus(tf.neg(z))));
    return tf.add(tf.sum(logistic, -1), logDet);
  }
}
