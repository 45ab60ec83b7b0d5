/**
 * @about Conditions by tf.where, columns by gather and concat.
 */
import * as tf from '@tensorflow/tfjs-node-gpu';

function clamp01(t: any) {
  const one = tf.onesLike(t);
  const zero = tf.zerosLike(t);
  return tf.where(tf.greater(t, one), one, tf.where(tf.less(t, zero), zero, t));
}

export function projectOntoSegment(y: any, a: number) {
  const t = clamp01(tf.gather(y, [1], 1));
  const first = tf.fill([y.shape[0], 1], a, 'float32');
  return tf.concat2d([first as any, t as any], 1);
}
