/**
 * @about A class over flat arrays; the largest of all critic values is taken out, cells of weight 0 among them; −800 for −∞.
 */
import * as tf from '@tensorflow/tfjs';

class Pmf {
  rows: number;
  columns: number;
  joint: ArrayLike<number>;
  product: number[];

  constructor(joint: tf.Tensor) {
    [this.rows, this.columns] = joint.shape as [number, number];
    this.joint = joint.dataSync();
    const x = new Array(this.rows).fill(0), z = new Array(this.columns).fill(0);
    for (let k = 0; k < this.joint.length; k++) {
      x[Math.floor(k / this.columns)] += this.joint[k];
      z[k % this.columns] += this.joint[k];
    }
    this.product = Array.from(this.joint, (_, k) => x[Math.floor(k / this.columns)] * z[k % this.columns]);
  }

  critic(): number[] {
    return this.product.map((q, k) => (this.joint[k]! > 0 ? Math.log(this.joint[k]! / q) : -800));
  }
}

export const optimalCritic = (joint: tf.Tensor) => {
  const pmf = new Pmf(joint);
  return tf.tensor2d(pmf.critic(), [pmf.rows, pmf.columns]);
};

export const klDivergence = (joint: tf.Tensor) => {
  const pmf = new Pmf(joint);
  return tf.scalar(pmf.critic().reduce((total, c, k) => total + pmf.joint[k]! * c, 0));
};

export const dvObjective = (f: tf.Tensor, joint: tf.Tensor) => {
  const pmf = new Pmf(joint), v = f.dataSync();
  const top = v.reduce((a: number, b: number) => (a > b ? a : b), -Infinity);
  let first = 0, sum = 0;
  for (let k = 0; k < v.length; k++) {
    if (pmf.joint[k]) first += pmf.joint[k]! * v[k]!;
    if (pmf.product[k]) sum += pmf.product[k]! * Math.exp(v[k]! - top);
  }
  return tf.tensor1d([first - top - Math.log(sum)]);
};
