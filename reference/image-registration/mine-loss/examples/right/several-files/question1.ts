/**
 * @about Several files; a class for the network; a reservoir; logSumExp less the logarithm of the number of rows.
 */
import type { Tensor } from '@tensorflow/tfjs';
import { Critic, type MineParams } from './parts/critic';
import { bound } from './parts/bound.ts';

export { sampleBatch } from './parts/reservoir';

export function mineCritic(params: MineParams, x: Tensor): Tensor {
  return new Critic(params).apply(x);
}

export const mineLoss = (params: MineParams, joint: Tensor, marginal: Tensor): Tensor => {
  const critic = new Critic(params);
  return bound(critic.apply(joint), critic.apply(marginal)).neg();
};
