/**
 * @mistake The matrix product in the helper file leaves out the last row and column: its inner loop ends one too early.
 * @hint Let the helper multiply the identity by itself.
 * @expect values wrong-answer
 * @expect identities wrong-answer
 * @expect gradient-own wrong-answer
 * @expect gradient-reference wrong-answer
 */
import * as tf from '@tensorflow/tfjs';
import { exponential, type Matrix } from './linalg';

export function matrixExp(C: tf.Tensor): tf.Tensor {
  return tf.customGrad((...inputs) => {
    const x = (inputs[0] as tf.Tensor).arraySync() as Matrix;
    return {
      value: tf.tensor2d(exponential(x)) as tf.Tensor,
      gradFunc: (dy: tf.Tensor) => {
        const g = dy.arraySync() as Matrix;
        const n = 3;
        const block = Array.from({ length: 6 }, (_, i) =>
          Array.from({ length: 6 }, (_, j) => {
            if (i < n && j >= n) return g[i][j - n];
            return Math.floor(i / n) === Math.floor(j / n) ? x[j % n][i % n] : 0;
          }),
        );
        return tf.tensor2d(exponential(block).slice(0, n).map((row) => row.slice(n)));
      },
    };
  })(C);
}
