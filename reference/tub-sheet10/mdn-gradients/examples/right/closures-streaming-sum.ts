/**
 * @about Closures and a streaming log-sum-exp that never sees all components at once; logits by the softmax Jacobian.
 */
import * as tf from '@tensorflow/tfjs';

/** Running (largest, Σ exp(x − largest)). */
function accumulator() {
  let top = -Infinity;
  let sum = 0;
  return {
    push(x: number) {
      if (x === -Infinity) return;
      if (x > top) {
        sum = sum * Math.exp(top - x) + 1;
        top = x;
      } else {
        sum += Math.exp(x - top);
      }
    },
    get log() {
      return top + Math.log(sum);
    },
  };
}

let constants: { halfLogTwoPi: number } | undefined;
const lazily = () => {
  constants ??= { halfLogTwoPi: 0.5 * Math.log(2 * Math.PI) };
  return constants;
};

function* components(mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  const [m, c] = mu.shape as [number, number];
  const [means, spreads, target] = [mu.dataSync(), sigma.dataSync(), t.dataSync()];
  for (let i = 0; i < m; i++) {
    const spread = spreads[i];
    const scaled = Array.from(target, (x, k) => (means[i * c + k] - x) / spread);
    const log = -0.5 * scaled.reduce((s, z) => s + z * z, 0) - c * (Math.log(spread) + lazily().halfLogTwoPi);
    yield { i, log, slope: scaled.map((z) => z / spread) };
  }
}

function total(logAlpha: (i: number) => number, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor): number {
  const sum = accumulator();
  for (const { i, log } of components(mu, sigma, t)) sum.push(log + logAlpha(i));
  return sum.log;
}

const logOf = (alpha: tf.Tensor) => {
  const data = alpha.dataSync();
  return (i: number) => Math.log(data[i]);
};

export function mdnError(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  return tf.tensor([-total(logOf(alpha), mu, sigma, t)]);
}

export function posterior(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  const logAlpha = logOf(alpha);
  const whole = total(logAlpha, mu, sigma, t);
  return tf.tensor1d([...components(mu, sigma, t)].map(({ i, log }) => Math.exp(log + logAlpha(i) - whole)));
}

export function dErrorDAlpha(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  const whole = total(logOf(alpha), mu, sigma, t);
  return tf.tensor1d([...components(mu, sigma, t)].map(({ log }) => -Math.exp(log - whole)));
}

export function dErrorDMu(alpha: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  const logAlpha = logOf(alpha);
  const whole = total(logAlpha, mu, sigma, t);
  return tf.tensor2d(
    [...components(mu, sigma, t)].map(({ i, log, slope }) => {
      const share = Math.exp(log + logAlpha(i) - whole);
      return slope.map((s) => share * s);
    }),
  );
}

/** (J^T g)_i = αᵢ (gᵢ − Σⱼ αⱼ gⱼ), with αⱼ gⱼ formed in logarithms so that 0 · ∞ cannot occur. */
export async function dErrorDLogits(logits: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  const z = await logits.data();
  const normaliser = accumulator();
  z.forEach((x) => normaliser.push(x));
  const logAlpha = (i: number) => z[i] - normaliser.log;
  const whole = total(logAlpha, mu, sigma, t);
  const weighted = [...components(mu, sigma, t)].map(({ i, log }) => -Math.exp(logAlpha(i) + log - whole));
  const mean = weighted.reduce((a, b) => a + b, 0);
  return tf.tensor1d(weighted.map((g, i) => g - Math.exp(logAlpha(i)) * mean));
}
