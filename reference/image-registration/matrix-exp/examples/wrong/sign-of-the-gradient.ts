/**
 * @mistake The backward rule has the wrong sign.
 * @hint Compare one entry with a difference quotient of your own function.
 * @expect gradient-own wrong-answer
 * @expect gradient-reference wrong-answer
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
      value: series(x),
      gradFunc: (dy, [c]) => {
        const Ct = c.transpose() as tf.Tensor2D;
        const top = tf.concat([Ct, dy as tf.Tensor2D], 1);
        const bottom = tf.concat([tf.zerosLike(Ct), Ct], 1);
        return series(tf.concat([top, bottom], 0), 60).slice([0, 3], [3, 3]).neg();
      },
    };
  });
  return op(C);
}
