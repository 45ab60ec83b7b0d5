/**
 * @about Two files; one sample at a time through unstack, the gradients added and divided at the end.
 */
import * as tf from '@tensorflow/tfjs';
import { logDensity, score } from './gaussian';

export const scoreFunctionGradient = (mu: tf.Tensor, logSigma: tf.Tensor, z: tf.Tensor, logH: tf.Tensor) => {
  const rows = tf.unstack(z);
  const targets = tf.unstack(logH);
  const terms = rows.map((row, i) => {
    const weight = targets[i].sub(logDensity(row, mu, logSigma));
    const { byMu, byLogSigma } = score(row, mu, logSigma);
    return [byMu.mul(weight), byLogSigma.mul(weight)];
  });
  const average = (part: number) => tf.addN(terms.map((pair) => pair[part])).div(rows.length);
  return { mu: average(0), logSigma: average(1), samples: rows.length };
};
