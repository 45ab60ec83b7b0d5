/**
 * @about No log-sum-exp at all: every result from ratios of two components, 1 / Σⱼ αⱼφⱼ/(αᵢφᵢ).
 */
import * as tf from '@tensorflow/tfjs';

type Args = [first: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor];

/** log φᵢ − log φⱼ is what matters; φ itself is never formed. */
function densities(mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) {
  const means = mu.arraySync() as number[][];
  const spreads = sigma.arraySync() as number[];
  const target = t.arraySync() as number[];
  const log = means.map((row, i) => {
    const squared = row.reduce((sum, x, k) => sum + ((x - target[k]) / spreads[i]) ** 2, 0);
    return -squared / 2 - target.length * Math.log(spreads[i]);
  });
  return { means, spreads, target, log };
}

const ratios = (logWeights: number[]) =>
  logWeights.map((own) =>
    own === -Infinity ? 0 : 1 / logWeights.reduce((sum, other) => sum + Math.exp(other - own), 0),
  );

const weigh = (alpha: ArrayLike<number>, log: number[]) => log.map((l, i) => l + Math.log(alpha[i]));

export function mdnError(...[alpha, mu, sigma, t]: Args): tf.Tensor {
  const { log, target } = densities(mu, sigma, t);
  const weights = weigh(alpha.dataSync(), log);
  // E = log(πᵢ) − log(αᵢφᵢ) for any i; the most probable one is the safest.
  const shares = ratios(weights);
  const best = shares.indexOf(Math.max(...shares));
  return tf.scalar(Math.log(shares[best]) - weights[best] + (target.length / 2) * Math.log(2 * Math.PI));
}

export function posterior(...[alpha, mu, sigma, t]: Args): tf.Tensor {
  const { log } = densities(mu, sigma, t);
  return tf.tensor1d(ratios(weigh(alpha.dataSync(), log)));
}

export function dErrorDAlpha(...[alpha, mu, sigma, t]: Args): tf.Tensor {
  const { log } = densities(mu, sigma, t);
  const a = alpha.dataSync();
  return tf.tensor1d(
    log.map((own) => {
      let sum = 0;
      for (let j = 0; j < log.length; j++) if (a[j] > 0) sum += Math.exp(Math.log(a[j]) + log[j] - own);
      return -1 / sum;
    }),
  );
}

export function dErrorDMu(...[alpha, mu, sigma, t]: Args): tf.Tensor {
  const { means, spreads, target, log } = densities(mu, sigma, t);
  const shares = ratios(weigh(alpha.dataSync(), log));
  return tf.tensor2d(means.map((row, i) => row.map((x, k) => (shares[i] * (x - target[k])) / spreads[i] ** 2)));
}

export function dErrorDLogits(...[logits, mu, sigma, t]: Args): tf.Tensor {
  const { log } = densities(mu, sigma, t);
  const z = Array.from(logits.dataSync());
  const alpha = ratios(z);
  const shares = ratios(log.map((l, i) => l + z[i]));
  return tf.tensor1d(alpha.map((a, i) => a - shares[i]));
}
