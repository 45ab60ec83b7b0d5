import * as tf from '@tensorflow/tfjs';

export function expSeries(A: tf.Tensor): tf.Tensor {
  let term: tf.Tensor = tf.eye(A.shape[0]);
  let sum = term;
  for (let i = 1; i <= 99; i++) {
    term = term.matMul(A).div(i);
    sum = sum.add(term);
  }
  return sum;
}

/** [[A, G], [0, A]] */
export function block(A: tf.Tensor, G: tf.Tensor): tf.Tensor {
  return tf.concat([tf.concat([A, G], 1), tf.concat([tf.zerosLike(A), A], 1)], 0);
}
