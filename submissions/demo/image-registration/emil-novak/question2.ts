import * as tf from '@tensorflow/tfjs';
import { block, expSeries } from './helpers/matrix';

export const matrixExp = (C: tf.Tensor) =>
  tf.customGrad((c: any, save: any) => {
    save([c]);
    return {
      value: expSeries(c),
      // upper right block, van Loan 1978
      gradFunc: (dy: tf.Tensor, [a]: tf.Tensor[]) => expSeries(block(a, dy)).slice([0, 3], [3, 3]),
    };
  })(C);
