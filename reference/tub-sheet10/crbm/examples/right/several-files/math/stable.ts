import { add, exp, log, maximum, minimum, mul, sub, tanh, type Tensor } from '@tensorflow/tfjs-core';

/** sigm(a) = (1 + tanh(a/2)) / 2: tanh never overflows. */
export function logistic(a: Tensor): Tensor {
  return mul(add(tanh(mul(a, 0.5)), 1), 0.5);
}

/** log(exp(0) + exp(a)), the larger of the two exponents taken out. */
export function logOnePlusExp(a: Tensor): Tensor {
  const [top, bottom] = [maximum(a, 0), minimum(a, 0)];
  return add(top, log(add(1, exp(sub(bottom, top)))));
}
