import type { Tensor } from '@tensorflow/tfjs';

// written so that exp never sees a large positive number
const sigm = (a: number) => (a >= 0 ? 1 / (1 + Math.exp(-a)) : Math.exp(a) / (1 + Math.exp(a)));
const softplus = (a: number) => Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a)));

async function activations(W: Tensor, U: Tensor, x: Tensor, y: Tensor): Promise<number[]> {
  const [w, u] = [(await W.array()) as number[][], (await U.array()) as number[][]];
  const [xs, ys] = [(await x.array()) as number[], (await y.array()) as number[]];
  return w[0].map((_, k) => {
    let a = 0;
    xs.forEach((value, i) => (a += value * w[i][k]));
    ys.forEach((value, j) => (a += value * u[j][k]));
    return a;
  });
}

export async function hiddenGivenVisible(W: Tensor, U: Tensor, x: Tensor, y: Tensor) {
  return (await activations(W, U, x, y)).map(sigm);
}

export async function outputGivenHidden(U: Tensor, h: Tensor) {
  const [u, hs] = [(await U.array()) as number[][], (await h.array()) as number[]];
  return u.map((row) => sigm(row.reduce((sum, value, k) => sum + value * hs[k], 0)));
}

export async function freeEnergy(W: Tensor, U: Tensor, x: Tensor, y: Tensor) {
  return -(await activations(W, U, x, y)).reduce((sum, a) => sum + softplus(a), 0);
}
