/**
 * @about Broadcasting tfjs operations, the variance by exp(2 log σ).
 */
import * as tf from '@tensorflow/tfjs';


export function scoreFunctionGradient(mu: tf.Tensor, logSigma: tf.Tensor, z: tf.Tensor, logH: tf.Tensor) {
  return tf.tidy(() => {
    const variance = logSigma.mul(2).exp();
    const difference = z.sub(mu);
    const squares = difference.square().div(variance);
    const logQ = squares.add(logSigma.mul(2)).add(Math.log(2 * Math.PI)).sum(1).mul(-0.5);
    const weight = logH.sub(logQ).expandDims(1);
    return {
      mu: difference.div(variance).mul(weight).mean(0),
      logSigma: squares.sub(1).mul(weight).mean(0),
    };
  });
}
