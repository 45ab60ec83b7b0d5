/**
 * @about tfjs operations in several files: one loop squares exp and derivative together, (X, L) → (X², XL + LX).
 */
import { customGrad, type GradSaveFunc, type Tensor } from '@tensorflow/tfjs-core';
import { adjoint } from './lib/backward.js';
import { squareRepeatedly, taylor } from './lib/forward';

export function matrixExp(C: Tensor): Tensor {
  const op = customGrad((...inputs) => {
    const [c, save] = inputs as [Tensor, GradSaveFunc];
    save([c]);
    return { value: squareRepeatedly(taylor(c)), gradFunc: (dy, [saved]) => adjoint(saved, dy) };
  });
  return op(C);
}
