import { add, div, eye, matMul, mul, transpose, zerosLike, type Tensor } from '@tensorflow/tfjs-core';
import { DEGREE, SQUARINGS } from './forward.ts';

/** The Fréchet derivative of exp at Cᵀ in the direction G, which is the adjoint at C. */
export function adjoint(C: Tensor, G: Tensor): Tensor {
  const scale = 1 / 2 ** SQUARINGS;
  const X = mul(transpose(C), scale);
  const dX = mul(G, scale);
  const identity = eye(3);
  let value: Tensor = identity;
  let derivative = zerosLike(G);
  for (let k = DEGREE; k > 0; k--) {
    derivative = div(add(matMul(dX, value), matMul(X, derivative)), k);
    value = add(identity, div(matMul(X, value), k));
  }
  for (let i = 0; i < SQUARINGS; i++) {
    derivative = add(matMul(value, derivative), matMul(derivative, value));
    value = matMul(value, value);
  }
  return derivative;
}
