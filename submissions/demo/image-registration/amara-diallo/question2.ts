import * as tf from '@tensorflow/tfjs';

/** exp(A) of a square matrix by scaling, Taylor (degree 18) and squaring. */
function expm(A: tf.Tensor2D): tf.Tensor2D {
  const norm = tf.max(tf.sum(tf.abs(A), 0)).dataSync()[0];
  const s = Math.max(0, Math.ceil(Math.log2(norm)) + 1);
  const X = A.div(2 ** Math.min(s, 60)) as tf.Tensor2D;
  const I = tf.eye(A.shape[0]);
  let E = I as tf.Tensor2D;
  for (let k = 18; k > 0; k--) E = I.add(X.matMul(E).div(k));
  for (let k = 0; k < Math.min(s, 60); k++) E = E.matMul(E);
  return E;
}

// Van Loan: the integral is the upper right block of a 6x6 exponential
function frechetAdjoint(C: tf.Tensor2D, G: tf.Tensor2D): tf.Tensor2D {
  const Ct = C.transpose() as tf.Tensor2D;
  const M = tf.concat([tf.concat([Ct, G], 1), tf.concat([tf.zerosLike(Ct), Ct], 1)], 0);
  return expm(M as tf.Tensor2D).slice([0, 3], [3, 3]);
}

const expWithRule = tf.customGrad((C: any, save: any) => {
  save([C]);
  return {
    value: tf.tidy(() => expm(C)),
    gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => frechetAdjoint(saved[0] as tf.Tensor2D, dy as tf.Tensor2D),
  };
});

export function matrixExp(C: tf.Tensor): tf.Tensor {
  return expWithRule(C);
}
