/**
 * @about The sheet's series to i = 99 in tfjs operations, and the derivative of each term by the product rule.
 */
import * as tf from '@tensorflow/tfjs';

const TERMS = 99;

const expWithRule = tf.customGrad((...args: any[]) => {
  const [C, save] = args;
  let power: tf.Tensor = tf.eye(3);
  const powers = [power];
  for (let i = 1; i <= TERMS; i++) {
    power = power.matMul(C).div(i);
    powers.push(power);
  }
  // A hundred terms of one stack are kept for the way back: C^i / i!.
  const stacked = tf.stack(powers);
  save([C, stacked]);
  return {
    value: stacked.sum(0),
    gradFunc: (G: tf.Tensor, saved: tf.Tensor[]) => {
      const [c, kept] = saved;
      const Ct = c.transpose();
      // All (Cᵀ)^i / i! · G at once, then d_i = (d_{i-1} Cᵀ + (Cᵀ)^{i-1}/(i-1)! G) / i.
      const left = tf.matMul(kept.transpose([0, 2, 1]), tf.tile(G.expandDims(0), [TERMS + 1, 1, 1]));
      const lefts = tf.unstack(left);
      let d: tf.Tensor = tf.zeros([3, 3]);
      const all: tf.Tensor[] = [];
      for (let i = 1; i <= TERMS; i++) {
        d = d.matMul(Ct).add(lefts[i - 1]).div(i);
        all.push(d);
      }
      return tf.stack(all).sum(0);
    },
  };
});

export function matrixExp(C: tf.Tensor): tf.Tensor {
  return expWithRule(C);
}
