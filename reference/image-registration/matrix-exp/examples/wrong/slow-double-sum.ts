/**
 * @mistake The backward rule computes every product of the double sum anew, thousands of matrix products, and is slower than automatic differentiation.
 * @hint Carry the derivative of C^i/i! from term to term: two products each.
 * @expect timing wrong-answer
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
      value: series(x, 60),
      gradFunc: (dy, [c]) => {
        const Ct = c.transpose();
        const powers: tf.Tensor[] = [tf.eye(3)];
        for (let i = 1; i < 60; i++) powers.push(powers[i - 1].matMul(Ct));
        let sum = tf.zerosLike(dy);
        let factorial = 1;
        for (let i = 1; i <= 60; i++) {
          factorial *= i;
          for (let j = 0; j < i; j++) {
            sum = sum.add(powers[j].matMul(dy).matMul(powers[i - 1 - j]).div(factorial));
          }
        }
        return sum;
      },
    };
  });
  return op(C);
}
