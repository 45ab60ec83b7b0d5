import * as tf from '@tensorflow/tfjs';
import type { Dense } from './nice';

export class AdditiveCoupling {
  private layers: Dense[];
  private maskConfig: number;
  constructor(layers: Dense[], maskConfig: number) {
    this.layers = layers;
    this.maskConfig = maskConfig;
  }

  forward(x: tf.Tensor): tf.Tensor {
    return tf.add(x, this.shift(x));
  }

  inverse(y: tf.Tensor): tf.Tensor {
    return tf.sub(y, this.shift(y));
  }

  /** The network's result at the places that it is added to, 0 elsewhere. */
  private shift(x: tf.Tensor): tf.Tensor {
    const D = x.shape[1]!;
    const source = this.maskConfig === 1 ? 1 : 0;
    let h = tf.matMul(x as tf.Tensor2D, selection(D, source));
    for (const [i, { kernel, bias }] of this.layers.entries()) {
      h = tf.add(tf.matMul(h, kernel as tf.Tensor2D), bias);
      if (i !== this.layers.length - 1) h = tf.maximum(h, 0);
    }
    return tf.matMul(h, selection(D, 1 - source), false, true);
  }
}

/** [D, D/2]: column i has its 1 at 2i + half. */
function selection(D: number, half: number): tf.Tensor2D {
  const indices = Array.from({ length: D / 2 }, (_, i) => 2 * i + half);
  return tf.oneHot(tf.tensor1d(indices, 'int32'), D).transpose().toFloat() as tf.Tensor2D;
}
