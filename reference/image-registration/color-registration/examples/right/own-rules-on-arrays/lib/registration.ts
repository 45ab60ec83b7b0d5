import { backward, forward } from './sampling';

// Everything on flat Float64Arrays; matrices in row-major order. The critic here is that of network.ts, but fast.

const K = 100;
/** Columns of the data: three of the fixed picture, three of the warped one. */
const D = 6;

const BASIS = [
  [0, 0, 1, 0, 0, 0, 0, 0, 0],
  [0, 0, 0, 0, 0, 1, 0, 0, 0],
  [0, 1, 0, 0, 0, 0, 0, 0, 0],
  [0, 0, 0, 1, 0, 0, 0, 0, 0],
  [1, 0, 0, 0, -1, 0, 0, 0, 0],
  [0, 0, 0, 0, -1, 0, 0, 0, 1],
  [0, 0, 0, 0, 0, 0, 1, 0, 0],
  [0, 0, 0, 0, 0, 0, 0, 1, 0],
];

function product(a: number[], b: number[]): number[] {
  const c = new Array(9).fill(0);
  for (let i = 0; i < 3; i++)
    for (let j = 0; j < 3; j++) for (let k = 0; k < 3; k++) c[3 * i + j] += a[3 * i + k] * b[3 * k + j];
  return c;
}

/** H = exp(Σ vᵢBᵢ) and its derivative in every vᵢ, both by the series: d(Cⁿ/n!) = (d(Cⁿ⁻¹/(n−1)!) C + Cⁿ⁻¹/(n−1)! B) / n. */
function exponential(v: Float64Array) {
  const C = new Array(9).fill(0);
  BASIS.forEach((b, i) => b.forEach((entry, k) => (C[k] += v[i] * entry)));
  let term = [1, 0, 0, 0, 1, 0, 0, 0, 1];
  let H = [...term];
  let dTerm = BASIS.map(() => new Array(9).fill(0));
  let dH = BASIS.map(() => new Array(9).fill(0));
  for (let n = 1; n < 15; n++) {
    dTerm = dTerm.map((d, i) => {
      const [left, right] = [product(d, C), product(term, BASIS[i])];
      return left.map((entry, k) => (entry + right[k]) / n);
    });
    term = product(term, C).map((entry) => entry / n);
    H = H.map((entry, k) => entry + term[k]);
    dH = dH.map((d, i) => d.map((entry, k) => entry + dTerm[i][k]));
  }
  return { H, dH };
}

class Adam {
  private m: Float64Array;
  private s: Float64Array;
  private t = 0;
  constructor(n: number) {
    this.m = new Float64Array(n);
    this.s = new Float64Array(n);
  }
  step(p: Float64Array, g: Float64Array, rate: number) {
    this.t += 1;
    const [c1, c2] = [1 - 0.9 ** this.t, 1 - 0.999 ** this.t];
    for (let i = 0; i < p.length; i++) {
      this.m[i] = 0.9 * this.m[i] + 0.1 * g[i];
      this.s[i] = 0.999 * this.s[i] + 0.001 * g[i] * g[i];
      p[i] -= (rate * (this.m[i] / c1)) / (Math.sqrt(this.s[i] / c2) + 1e-8);
    }
  }
}

// Where each layer's numbers lie.
const W1 = 0;
const B1 = D * K;
const W2 = B1 + K;
const B2 = W2 + K * K;
const W3 = B2 + K;
const B3 = W3 + K;

export function train(
  fixed: ArrayLike<number>,
  moving: number[],
  [h, w]: [number, number],
  options: {
    iterations: number;
    batchSize: number;
    learningRate: number;
    rng: () => number;
    onIteration?: (i: number, loss: number) => void;
  },
) {
  const { rng } = options;
  const N = h * w;
  const n = Math.min(options.batchSize, N);
  const M = 2 * n;

  const P = new Float64Array(B3 + 1);
  const G = new Float64Array(B3 + 1);
  const fill = (from: number, to: number, bound: number) => {
    for (let i = from; i < to; i++) P[i] = bound * (2 * rng() - 1);
  };
  fill(W1, W2, Math.SQRT1_2);
  fill(W2, B3, 1 / Math.sqrt(K));
  const v = new Float64Array(8);
  const gv = new Float64Array(8);
  const adamP = new Adam(P.length);
  const adamV = new Adam(8);

  const order = Array.from({ length: N }, (_, i) => i);
  const draw = () => {
    for (let i = 0; i < n; i++) {
      const j = i + Math.floor(rng() * (N - i));
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order.slice(0, n);
  };

  const A = new Float64Array(M * D);
  const xs = new Array<number>(M).fill(0);
  const ys = new Array<number>(M).fill(0);
  const toWarped = new Array<number>(M * 3).fill(0);
  const Z1 = new Float64Array(M * K);
  const Z2 = new Float64Array(M * K);
  const E2 = new Float64Array(K);
  const T = new Float64Array(M);
  const losses: number[] = [];

  for (let iteration = 0; iteration < options.iterations; iteration++) {
    const { H, dH } = exponential(v);
    const [joint, left, right] = [draw(), draw(), draw()];
    for (let i = 0; i < M; i++) {
      const pixel = i < n ? joint[i] : right[i - n];
      xs[i] = (2 * (pixel % w)) / (w - 1) - 1;
      ys[i] = (2 * Math.floor(pixel / w)) / (h - 1) - 1;
    }
    const warped = forward(moving, [h, w, 3], H, xs, ys);
    for (let i = 0; i < M; i++) {
      const pixel = i < n ? joint[i] : left[i - n];
      for (let k = 0; k < 3; k++) {
        A[i * D + k] = fixed[pixel * 3 + k];
        A[i * D + 3 + k] = warped[i * 3 + k];
      }
    }

    // Forward.
    let [sumJ, top] = [0, Number.NEGATIVE_INFINITY];
    for (let i = 0; i < M; i++) {
      const at = i * K;
      for (let k = 0; k < K; k++) {
        let z = P[B1 + k];
        for (let d = 0; d < D; d++) z += A[i * D + d] * P[W1 + d * K + k];
        Z1[at + k] = z > 0 ? z : Math.expm1(z);
        Z2[at + k] = P[B2 + k];
      }
      for (let j = 0; j < K; j++) {
        const z = Z1[at + j];
        const weights = W2 + j * K;
        for (let k = 0; k < K; k++) Z2[at + k] += z * P[weights + k];
      }
      let out = P[B3];
      for (let k = 0; k < K; k++) {
        const z = Z2[at + k];
        Z2[at + k] = z > 0 ? z : Math.expm1(z);
        out += Z2[at + k] * P[W3 + k];
      }
      T[i] = out;
      if (i < n) sumJ += out;
      else top = Math.max(top, out);
    }
    let sumExp = 0;
    for (let i = n; i < M; i++) sumExp += Math.exp(T[i] - top);
    const loss = top + Math.log(sumExp / n) - sumJ / n;

    // Backward.
    G.fill(0);
    toWarped.fill(0);
    for (let i = 0; i < M; i++) {
      const d = i < n ? -1 / n : Math.exp(T[i] - top) / sumExp;
      const at = i * K;
      G[B3] += d;
      for (let k = 0; k < K; k++) {
        const z = Z2[at + k];
        G[W3 + k] += d * z;
        E2[k] = d * P[W3 + k] * (z > 0 ? 1 : z + 1);
        G[B2 + k] += E2[k];
      }
      for (let j = 0; j < K; j++) {
        const z = Z1[at + j];
        const weights = W2 + j * K;
        let back = 0;
        for (let k = 0; k < K; k++) {
          back += E2[k] * P[weights + k];
          G[weights + k] += z * E2[k];
        }
        back *= z > 0 ? 1 : z + 1;
        G[B1 + j] += back;
        for (let d = 0; d < D; d++) G[W1 + d * K + j] += back * A[i * D + d];
        for (let k = 0; k < 3; k++) toWarped[i * 3 + k] += back * P[W1 + (3 + k) * K + j];
      }
    }
    const gH = backward(moving, [h, w, 3], H, xs, ys, toWarped).dH;
    for (let i = 0; i < 8; i++) gv[i] = gH.reduce((sum: number, g: number, k: number) => sum + g * dH[i][k], 0);
    const rate = options.learningRate * Math.max(0.01, 1 - iteration / options.iterations);
    adamP.step(P, G, rate);
    adamV.step(v, gv, rate);
    losses.push(loss);
    options.onIteration?.(iteration, loss);
  }
  return { H: exponential(v).H, losses };
}
