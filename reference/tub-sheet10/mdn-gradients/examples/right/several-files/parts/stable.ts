import { add, exp, log, max, sub, sum, type Tensor } from '@tensorflow/tfjs-core';

/** log Σ exp(x): the largest entry is taken out first. */
export function logSumExpWithMax(x: Tensor): Tensor {
  const top = max(x);
  return add(top, log(sum(exp(sub(x, top)))));
}
