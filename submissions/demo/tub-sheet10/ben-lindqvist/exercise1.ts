import type { Tensor } from '@tensorflow/tfjs';
import { logDensities, logSumExp, type Mixture } from './lib/mixture.js';

async function read(mu: Tensor, sigma: Tensor, t: Tensor): Promise<Mixture> {
  return {
    mu: (await mu.array()) as number[][],
    sigma: (await sigma.array()) as number[],
    t: (await t.array()) as number[],
  };
}

const joint = (logPhi: number[], alpha: number[]) => logPhi.map((l, i) => l + Math.log(alpha[i]));

export async function mdnError(alpha: Tensor, mu: Tensor, sigma: Tensor, t: Tensor) {
  const a = (await alpha.array()) as number[];
  return -logSumExp(joint(logDensities(await read(mu, sigma, t)), a));
}

export async function posterior(alpha: Tensor, mu: Tensor, sigma: Tensor, t: Tensor) {
  const a = (await alpha.array()) as number[];
  const logs = joint(logDensities(await read(mu, sigma, t)), a);
  const total = logSumExp(logs);
  return logs.map((l) => Math.exp(l - total));
}

export async function dErrorDAlpha(alpha: Tensor, mu: Tensor, sigma: Tensor, t: Tensor) {
  const logPhi = logDensities(await read(mu, sigma, t));
  const total = logSumExp(joint(logPhi, (await alpha.array()) as number[]));
  return logPhi.map((l) => -Math.exp(l - total));
}

export async function dErrorDMu(alpha: Tensor, mu: Tensor, sigma: Tensor, t: Tensor) {
  const pi = await posterior(alpha, mu, sigma, t);
  const mix = await read(mu, sigma, t);
  return mix.mu.map((row, i) => row.map((m, k) => (pi[i] * (m - mix.t[k])) / mix.sigma[i] ** 2));
}

export async function dErrorDLogits(logits: Tensor, mu: Tensor, sigma: Tensor, t: Tensor) {
  const z = (await logits.array()) as number[];
  const logs = logDensities(await read(mu, sigma, t)).map((l, i) => l + z[i]);
  const [sumZ, sumJoint] = [logSumExp(z), logSumExp(logs)];
  return z.map((x, i) => Math.exp(x - sumZ) - Math.exp(logs[i] - sumJoint));
}
