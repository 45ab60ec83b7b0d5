/**
 * @mistake The result has shape [1,3,3]: a batch dimension was left over.
 * @hint Return exactly shape [3,3].
 * @expect values wrong-answer
 * @expect identities wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

// Taylor series of exp(A), in Horner's form.
function series(A: tf.Tensor, terms = 45): tf.Tensor {
  const I = tf.eye(A.shape[0]);
  let sum: tf.Tensor = I;
  for (let i = terms; i >= 1; i--) {
    sum = I.add(A.matMul(sum).div(i));
  }
  return sum;
}

export function matrixExp(C: tf.Tensor): tf.Tensor {
  const op = tf.customGrad((...inputs) => {
    const [x, save] = inputs as [tf.Tensor, tf.GradSaveFunc];
    save([x]);
    return {
      value: series(x).expandDims(0),
      gradFunc: (dy, [c]) => {
        const Ct = c.transpose() as tf.Tensor2D;
        const top = tf.concat([Ct, dy.reshape([3, 3]) as tf.Tensor2D], 1);
        return series(tf.concat([top, Ct.pad([[0, 0], [3, 0]]) as tf.Tensor2D], 0), 60).slice([0, 3], [3, 3]);
      },
    };
  });
  return op(C);
}
