/**
 * @about Two files; the diagonal is read from U + diag s, the pivots of the upper triangular factor.
 */
import type { Tensor } from '@tensorflow/tfjs';
import { logAbsDiagonal, withDiagonal } from './triangular.js';

export function logDetPLU(_P: Tensor, L: Tensor, U: Tensor, s: Tensor): number {
  // det P = ±1
  return logAbsDiagonal(L) + logAbsDiagonal(withDiagonal(U, s));
}

export function logDetConv1x1(s: Tensor, m: number, n: number): number {
  const diagonal = Array.from(s.dataSync(), (value) => Math.log(Math.abs(value)));
  return diagonal.map((value) => m * n * value).reduce((a, b) => a + b, 0);
}

export function logDetCouplingConv1x1(s: Tensor, m: number, n: number): number {
  return logDetConv1x1(s, m, n);
}
