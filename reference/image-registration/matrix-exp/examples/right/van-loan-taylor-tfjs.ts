/**
 * @about Scaling and squaring chosen from the norm, in tfjs operations; backward by Van Loan's 6×6 block.
 */
import * as tf from '@tensorflow/tfjs-node-gpu';

function expm(A: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => {
    const n = A.shape[0];
    const norm = A.abs().sum(1).max().arraySync() as number;
    const s = norm > 0.5 ? Math.ceil(Math.log2(norm / 0.5)) : 0;
    const X = A.div(2 ** s) as tf.Tensor2D;
    // Horner's scheme: I + X/1 (I + X/2 (I + X/3 (...)))
    const I = tf.eye(n);
    let R: tf.Tensor2D = I;
    for (let k = 16; k >= 1; k--) {
      R = I.add(X.matMul(R).div(k));
    }
    for (let k = 0; k < s; k++) {
      R = R.matMul(R);
    }
    return R;
  });
}

export const matrixExp = (C: tf.Tensor): tf.Tensor => {
  const op = tf.customGrad((x: any, save: any) => {
    save([x]);
    return {
      value: expm(x),
      gradFunc: (dy: tf.Tensor, [c]: tf.Tensor[]) => {
        const size = dy.norm().arraySync() as number;
        if (size === 0) return tf.zerosLike(dy);
        const Ct = c.transpose() as tf.Tensor2D;
        const top = tf.concat([Ct, dy.div(size) as tf.Tensor2D], 1);
        const bottom = Ct.pad([[0, 0], [3, 0]]) as tf.Tensor2D;
        return expm(tf.concat([top, bottom], 0)).slice([0, 3], [3, 3]).mul(size);
      },
    };
  });
  return op(C);
};
