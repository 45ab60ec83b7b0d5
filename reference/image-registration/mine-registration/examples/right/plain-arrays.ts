/**
 * @about No tfjs in the loop: forward, back-propagation and Adam on plain arrays; the derivative of the exponential term by term; points beyond the border are left out.
 */
import * as tf from '@tensorflow/tfjs';

// Everything on flat Float64Arrays; matrices in row-major order.

const K = 100;

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
const B1 = 2 * K;
const W2 = B1 + K;
const B2 = W2 + K * K;
const W3 = B2 + K;
const B3 = W3 + K;

export function register(
  fixedTensor: tf.Tensor,
  movingTensor: tf.Tensor,
  options: {
    iterations: number;
    batchSize: number;
    learningRate: number;
    rng: () => number;
    onIteration?: (i: number, loss: number) => void;
  },
) {
  const [h, w] = fixedTensor.shape as [number, number];
  const [fixed, moving] = [fixedTensor.dataSync(), movingTensor.dataSync()];
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

  const a0 = new Float64Array(M); // fixed
  const a1 = new Float64Array(M); // warped moving
  const slopeX = new Float64Array(M);
  const slopeY = new Float64Array(M);
  const px = new Float64Array(M);
  const py = new Float64Array(M);
  const seen = new Uint8Array(M);
  const Z1 = new Float64Array(M * K);
  const Z2 = new Float64Array(M * K);
  const E2 = new Float64Array(K);
  const T = new Float64Array(M);
  const losses: number[] = [];

  for (let iteration = 0; iteration < options.iterations; iteration++) {
    const { H, dH } = exponential(v);
    const [joint, left, right] = [draw(), draw(), draw()];
    for (let i = 0; i < M; i++) {
      a0[i] = fixed[i < n ? joint[i] : left[i - n]];
      const pixel = i < n ? joint[i] : right[i - n];
      const x = (px[i] = (2 * (pixel % w)) / (w - 1) - 1);
      const y = (py[i] = (2 * Math.floor(pixel / w)) / (h - 1) - 1);
      const z = H[6] * x + H[7] * y + H[8];
      const column = ((H[0] * x + H[1] * y + H[2]) / z + 1) * 0.5 * (w - 1);
      const row = ((H[3] * x + H[4] * y + H[5]) / z + 1) * 0.5 * (h - 1);
      seen[i] = Number(column >= 0 && row >= 0 && column <= w - 1 && row <= h - 1);
      if (!seen[i]) continue;
      const c = Math.min(Math.floor(column), w - 2);
      const r = Math.min(Math.floor(row), h - 2);
      const [s, t] = [column - c, row - r];
      const k = r * w + c;
      const [m00, m01, m10, m11] = [moving[k], moving[k + 1], moving[k + w], moving[k + w + 1]];
      a1[i] = (1 - t) * ((1 - s) * m00 + s * m01) + t * ((1 - s) * m10 + s * m11);
      slopeX[i] = ((1 - t) * (m01 - m00) + t * (m11 - m10)) * 0.5 * (w - 1);
      slopeY[i] = ((1 - s) * (m10 - m00) + s * (m11 - m01)) * 0.5 * (h - 1);
    }

    // Forward.
    let [countJ, countM, sumJ, top] = [0, 0, 0, Number.NEGATIVE_INFINITY];
    for (let i = 0; i < M; i++) {
      if (!seen[i]) continue;
      const at = i * K;
      for (let k = 0; k < K; k++) {
        const z = P[B1 + k] + a0[i] * P[W1 + k] + a1[i] * P[W1 + K + k];
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
      if (i < n) {
        sumJ += out;
        countJ += 1;
      } else {
        top = Math.max(top, out);
        countM += 1;
      }
    }
    let sumExp = 0;
    for (let i = n; i < M; i++) if (seen[i]) sumExp += Math.exp(T[i] - top);
    const loss = top + Math.log(sumExp / countM) - sumJ / countJ;

    // Backward.
    G.fill(0);
    const gH = new Array(9).fill(0);
    for (let i = 0; i < M; i++) {
      if (!seen[i]) continue;
      const d = i < n ? -1 / countJ : Math.exp(T[i] - top) / sumExp;
      const at = i * K;
      G[B3] += d;
      for (let k = 0; k < K; k++) {
        const z = Z2[at + k];
        G[W3 + k] += d * z;
        E2[k] = d * P[W3 + k] * (z > 0 ? 1 : z + 1);
        G[B2 + k] += E2[k];
      }
      let toWarped = 0;
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
        G[W1 + j] += back * a0[i];
        G[W1 + K + j] += back * a1[i];
        toWarped += back * P[W1 + K + j];
      }
      const [x, y] = [px[i], py[i]];
      const z = H[6] * x + H[7] * y + H[8];
      const u = (H[0] * x + H[1] * y + H[2]) / z;
      const q = (H[3] * x + H[4] * y + H[5]) / z;
      const [gu, gq] = [(toWarped * slopeX[i]) / z, (toWarped * slopeY[i]) / z];
      const gz = -(gu * u + gq * q);
      [gu, gq, gz].forEach((g, r) => {
        gH[3 * r] += g * x;
        gH[3 * r + 1] += g * y;
        gH[3 * r + 2] += g;
      });
    }
    for (let i = 0; i < 8; i++) gv[i] = gH.reduce((sum, g, k) => sum + g * dH[i][k], 0);
    const rate = options.learningRate * Math.max(0.01, 1 - iteration / options.iterations);
    adamP.step(P, G, rate);
    adamV.step(v, gv, rate);
    losses.push(loss);
    options.onIteration?.(iteration, loss);
  }
  return { H: tf.tensor2d(exponential(v).H, [3, 3]), losses };
}
