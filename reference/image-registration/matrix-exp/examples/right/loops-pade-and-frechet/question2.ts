/**
 * @about Plain loops on arrays in several files: Padé [8/8] with squaring, exp and Fréchet derivative squared together.
 */
import * as tf from '@tensorflow/tfjs';
import { expAndDerivative } from './frechet';
import { transpose, type Matrix } from './linear/matrix.ts';

export function matrixExp(C: tf.Tensor): tf.Tensor {
  return tf.customGrad((...inputs) => {
    const [x, save] = inputs as [tf.Tensor, tf.GradSaveFunc];
    save([x]);
    const { value } = expAndDerivative(x.arraySync() as Matrix, null);
    return {
      value: tf.tensor2d(value) as tf.Tensor,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const Ct = transpose(saved[0].arraySync() as Matrix);
        const { derivative } = expAndDerivative(Ct, dy.arraySync() as Matrix);
        return tf.tensor2d(derivative!);
      },
    };
  })(C);
}
