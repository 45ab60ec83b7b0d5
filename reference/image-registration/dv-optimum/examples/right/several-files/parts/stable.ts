import { add, exp, fill, greater, log, max, mul, sub, sum, type Tensor, where } from '@tensorflow/tfjs-core';

/** log Σ w e^f; cells with w = 0 take no part, whatever f is there. */
export function weightedLogSumExp(f: Tensor, w: Tensor): Tensor {
  const f0 = where(greater(w, 0), f, fill(f.shape, -Infinity));
  const top = max(f0);
  return add(top, log(sum(mul(w, exp(sub(f0, top))))));
}
