/**
 * @mistake All nine derivatives are made by tf.grad before the backward rule begins: that is automatic differentiation nine times over, not a rule of your own.
 * @hint Compute the integral of exp(s Cᵀ) G exp((1−s) Cᵀ) in the backward rule, e.g. by the block matrix.
 * @expect own-rule wrong-answer
 * @expect timing wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

function series(C: tf.Tensor): tf.Tensor {
  let power: tf.Tensor = tf.eye(3);
  let sum: tf.Tensor = tf.eye(3);
  for (let i = 1; i <= 99; i++) {
    power = tf.matMul(power, C).div(i);
    sum = sum.add(power);
  }
  return sum;
}

export function matrixExp(C: tf.Tensor): tf.Tensor {
  const rows: tf.Tensor[] = [];
  for (let a = 0; a < 9; a++) {
    const unit = tf.oneHot(a, 9).toFloat().reshape([3, 3]);
    rows.push(tf.grad(series)(C, unit).flatten());
  }
  const jacobian = tf.stack(rows).arraySync() as number[][];
  const op = tf.customGrad((...inputs) => ({
    value: series(inputs[0] as tf.Tensor),
    gradFunc: (dy) => tf.matMul(dy.reshape([1, 9]), tf.tensor2d(jacobian)).reshape([3, 3]),
  }));
  return op(C);
}
