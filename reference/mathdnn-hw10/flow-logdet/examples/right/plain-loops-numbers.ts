/**
 * @about Plain loops, numbers as results; every pixel adds its own copy.
 */
import type { Tensor } from '@tensorflow/tfjs';

export function logDetPLU(P: Tensor, L: Tensor, U: Tensor, s: Tensor): number {
  let sum = 0;
  for (const value of s.dataSync()) sum += Math.log(Math.abs(value));
  return sum;
}

export function logDetConv1x1(s: Tensor, m: number, n: number): number {
  const values = s.dataSync();
  let sum = 0;
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      for (let c = 0; c < values.length; c++) sum += Math.log(values[c] < 0 ? -values[c] : values[c]);
    }
  }
  return sum;
}

export function logDetCouplingConv1x1(s: Tensor, m: number, n: number): number {
  // log 1 for each channel that stays as it is
  const unchanged = m * n * s.shape[0]! * Math.log(1);
  return unchanged + logDetConv1x1(s, m, n);
}
