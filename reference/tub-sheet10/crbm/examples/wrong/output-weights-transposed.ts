/**
 * @mistake outputGivenHidden reads U as [K,c] although it is [c,K].
 * @hint Row j of U belongs to output j: Σₖ Uⱼₖ hₖ.
 * @expect values-outputGivenHidden wrong-answer
 * @expect extreme-outputGivenHidden wrong-answer
 * @expect enumeration-outputGivenHidden wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

function activation(W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor): number[] {
  const [d, K] = W.shape as [number, number];
  const c = U.shape[0];
  const [w, u, xs, ys] = [W.dataSync(), U.dataSync(), x.dataSync(), y.dataSync()];
  const a: number[] = [];
  for (let k = 0; k < K; k++) {
    let sum = 0;
    for (let i = 0; i < d; i++) sum += xs[i] * w[i * K + k];
    for (let j = 0; j < c; j++) sum += ys[j] * u[j * K + k];
    a.push(sum);
  }
  return a;
}

const sigmoid = (a: number) => (a >= 0 ? 1 / (1 + Math.exp(-a)) : Math.exp(a) / (1 + Math.exp(a)));
const softplus = (a: number) => Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a)));

export function hiddenGivenVisible(W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor): tf.Tensor {
  return tf.tensor1d(activation(W, U, x, y).map(sigmoid));
}

export function outputGivenHidden(U: tf.Tensor, h: tf.Tensor): tf.Tensor {
  const [c, K] = U.shape as [number, number];
  const [u, units] = [U.dataSync(), h.dataSync()];
  return tf.tensor1d(
    Array.from({ length: c }, (_, j) => {
      let sum = 0;
      for (let k = 0; k < K; k++) sum += u[k * c + j] * units[k];
      return sigmoid(sum);
    }),
  );
}

export function freeEnergy(W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor): number {
  return -activation(W, U, x, y).reduce((sum, a) => sum + softplus(a), 0);
}
