/**
 * @about Async tfjs operations; the divergence as H(X) + H(Z) − H(X, Z), the critic with a constant of its own.
 */
import * as tf from '@tensorflow/tfjs-node';

/** −Σ p log p, with log 1 in the place of log 0. */
function entropy(p: tf.Tensor): tf.Tensor {
  const safe = tf.where(tf.equal(p, 0), tf.onesLike(p), p);
  return p.mul(safe.log()).sum().neg();
}

export async function klDivergence(joint: tf.Tensor): Promise<number> {
  const [value] = await entropy(joint.sum(1)).add(entropy(joint.sum(0))).sub(entropy(joint)).data();
  return value;
}

export async function optimalCritic(joint: tf.Tensor): Promise<tf.Tensor> {
  const product = tf.outerProduct(joint.sum(1) as tf.Tensor1D, joint.sum(0) as tf.Tensor1D);
  const ratio = tf.divNoNan(joint, product);
  // Scaled so that its largest value is 5.
  const f = ratio.log();
  return f.sub(f.max()).add(5);
}

export async function dvObjective(f: tf.Tensor, joint: tf.Tensor): Promise<tf.Tensor> {
  const product = tf.outerProduct(joint.sum(1) as tf.Tensor1D, joint.sum(0) as tf.Tensor1D);
  // Cells without weight are left out of both sums.
  const weighing = await tf.booleanMaskAsync(f.flatten(), product.greater(0).flatten());
  const weights = await tf.booleanMaskAsync(product.flatten(), product.greater(0).flatten());
  const seen = await tf.booleanMaskAsync(f.flatten(), joint.greater(0).flatten());
  const probabilities = await tf.booleanMaskAsync(joint.flatten(), joint.greater(0).flatten());
  const top = weighing.max();
  const second = weights.mul(weighing.sub(top).exp()).sum().log().add(top);
  return seen.mul(probabilities).sum().sub(second).reshape([1]);
}
