import * as tf from '@tensorflow/tfjs';

export function matrixExp(C: tf.Tensor): tf.Tensor {
  return tf.customGrad((x: any, save: any) => {
    const y = tf.exp(x);
    save([y]);
    return { value: y, gradFunc: (dy: tf.Tensor, [e]: tf.Tensor[]) => dy.mul(e) };
  })(C);
}
