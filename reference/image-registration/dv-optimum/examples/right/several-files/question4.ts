/**
 * @about Several files and tfjs-core; the divergence is the own objective at the own critic.
 */
import { fill, greater, log, sub, sum, type Tensor, tidy, where } from '@tensorflow/tfjs-core';
import { Joint } from './joint';
import { weightedLogSumExp } from './parts/stable.ts';

export const dvObjective = (f: Tensor, joint: Tensor): Tensor =>
  tidy(() => {
    const table = new Joint(joint);
    return sub(table.expectation(f), weightedLogSumExp(f, table.product()));
  });

export const optimalCritic = (joint: Tensor): Tensor =>
  tidy(() => {
    const { rows, columns } = new Joint(joint);
    const value = sub(sub(log(joint), log(rows)), log(columns));
    return where(greater(joint, 0), value, fill(joint.shape, -Infinity));
  });

export const klDivergence = (joint: Tensor): Tensor => sum(dvObjective(optimalCritic(joint), joint));
