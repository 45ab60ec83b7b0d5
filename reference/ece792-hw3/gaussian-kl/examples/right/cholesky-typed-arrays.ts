/**
 * @about Cholesky factors in Float32Arrays as tfjs hands them out, two triangular solves for each column; a tensor of one entry as the result.
 */
import { type Tensor, tensor1d } from '@tensorflow/tfjs-core';

function factor(values: Float32Array, k: number): Float32Array {
  const L = new Float32Array(k * k);
  for (let j = 0; j < k; j++) {
    let d = values[j * k + j];
    for (let p = 0; p < j; p++) d -= L[j * k + p] ** 2;
    L[j * k + j] = Math.sqrt(d);
    for (let i = j + 1; i < k; i++) {
      let s = values[i * k + j];
      for (let p = 0; p < j; p++) s -= L[i * k + p] * L[j * k + p];
      L[i * k + j] = s / L[j * k + j];
    }
  }
  return L;
}

function solve(L: Float32Array, b: ArrayLike<number>): Float32Array {
  const k = b.length;
  const x = Float32Array.from(b);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < i; j++) x[i] -= L[i * k + j] * x[j];
    x[i] /= L[i * k + i];
  }
  for (let i = k - 1; i >= 0; i--) {
    for (let j = i + 1; j < k; j++) x[i] -= L[j * k + i] * x[j];
    x[i] /= L[i * k + i];
  }
  return x;
}

export function gaussianKL(mu0: Tensor, Sigma0: Tensor, mu1: Tensor, Sigma1: Tensor): Tensor {
  const k = mu0.shape[0]!;
  const S0 = Sigma0.dataSync() as Float32Array;
  const L0 = factor(S0, k);
  const L1 = factor(Sigma1.dataSync() as Float32Array, k);
  const [a, b] = [mu0.dataSync(), mu1.dataSync()];
  const d = Array.from(b, (x, i) => x - a[i]);

  let total = -k;
  for (let c = 0; c < k; c++) {
    const column = Array.from({ length: k }, (_, r) => S0[r * k + c]);
    total += solve(L1, column)[c];
  }
  const w = solve(L1, d);
  for (let i = 0; i < k; i++) {
    total += d[i] * w[i];
    total += 2 * (Math.log(L1[i * k + i]) - Math.log(L0[i * k + i]));
  }
  return tensor1d([total / 2]);
}
