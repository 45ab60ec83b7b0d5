/**
 * @mistake Only the diagonal is exponentiated: right for diagonal matrices only.
 * @hint Entries off the diagonal enter through the products C², C³, ….
 * @expect values wrong-answer
 * @expect gradient-reference wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

export function matrixExp(C: tf.Tensor): tf.Tensor {
  const op = tf.customGrad((...inputs) => {
    const [x, save] = inputs as [tf.Tensor, tf.GradSaveFunc];
    const d = x.mul(tf.eye(3)).sum(1);
    const e = tf.exp(d);
    save([e]);
    return {
      value: tf.diag(e),
      gradFunc: (dy, [saved]) => tf.diag(dy.mul(tf.eye(3)).sum(1).mul(saved)),
    };
  });
  return op(C);
}
