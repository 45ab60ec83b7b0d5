import { add, div, eye, matMul, mul, type Tensor } from '@tensorflow/tfjs-core';

export const SQUARINGS = 5;
export const DEGREE = 14;

/** The Taylor polynomial of exp(C / 32). */
export function taylor(C: Tensor): Tensor {
  const small = mul(C, 1 / 2 ** SQUARINGS);
  const identity = eye(C.shape[0]);
  let sum: Tensor = identity;
  for (let k = DEGREE; k > 0; k--) sum = add(identity, div(matMul(small, sum), k));
  return sum;
}

export function squareRepeatedly(X: Tensor): Tensor {
  for (let i = 0; i < SQUARINGS; i++) X = matMul(X, X);
  return X;
}
