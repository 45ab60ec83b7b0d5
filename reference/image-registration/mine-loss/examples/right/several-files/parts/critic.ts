import * as tf from '@tensorflow/tfjs-core';

export interface MineParams {
  w1: tf.Tensor; b1: tf.Tensor;
  w2: tf.Tensor; b2: tf.Tensor;
  w3: tf.Tensor; b3: tf.Tensor;
}

export class Critic {
  private readonly layers: [tf.Tensor, tf.Tensor][];

  constructor(p: MineParams) {
    this.layers = [[p.w1, p.b1], [p.w2, p.b2], [p.w3, p.b3]];
  }

  apply(x: tf.Tensor): tf.Tensor {
    return this.layers.reduce((h, [w, b], i) => {
      const a = tf.add(tf.dot(h, w), b);
      return i < this.layers.length - 1 ? tf.elu(a) : a;
    }, x);
  }
}
