/**
 * @about log|det A| by the diagonal of R of a QR decomposition; the layers by tiling s over the pixels.
 */
import * as tf from '@tensorflow/tfjs';


export function logDetPLU(P: tf.Tensor, L: tf.Tensor, U: tf.Tensor, s: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const upper = tf.add(U, tf.mul(tf.eye(s.shape[0]), s));
    const A = tf.matMul(P, tf.matMul(L, upper));
    const [, R] = tf.linalg.qr(A);
    // Only the diagonal of R counts; ones elsewhere do not hurt.
    const eye = tf.eye(s.shape[0]);
    return tf.sum(tf.mul(eye, tf.log(tf.where(tf.cast(eye, 'bool'), tf.abs(R), tf.onesLike(R)))));
  });
}

export function logDetConv1x1(s: tf.Tensor, m: number, n: number): tf.Tensor {
  return tf.tidy(() => tf.tile(s.reshape([1, 1, -1]), [m, n, 1]).abs().log().sum());
}

export function logDetCouplingConv1x1(s: tf.Tensor, m: number, n: number): tf.Tensor {
  return tf.tidy(() => {
    const perPixel = tf.concat([tf.zerosLike(s), tf.log(tf.abs(s))]);
    return tf.sum(tf.mul(tf.ones([m, n, 1]), perPixel)).reshape([1]);
  });
}
