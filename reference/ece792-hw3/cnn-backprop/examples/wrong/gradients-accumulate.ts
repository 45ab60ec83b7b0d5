/**
 * @mistake The gradients start from what the last call left in them.
 * @hint Start from zeros in every call.
 * @expect gradient-W1 wrong-answer
 * @expect gradient-B1 wrong-answer
 * @expect gradient-W2 wrong-answer
 * @expect gradient-B2 wrong-answer
 * @expect gradient-W3 wrong-answer
 * @expect gradient-B3 wrong-answer
 * @expect extreme-cnnGradients wrong-answer
 * @expect ties wrong-answer
 * @expect purity wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

type Names = 'W1' | 'B1' | 'W2' | 'B2' | 'W3' | 'B3';
type Arrays = Record<Names, Float32Array>;

const SHAPES: Record<Names, number[]> = {
  W1: [5, 5, 1, 8],
  B1: [8],
  W2: [5, 5, 8, 16],
  B2: [16],
  W3: [784, 10],
  B3: [10],
};

const sigmoid = (a: number) => 1 / (1 + Math.exp(-a));

interface Stage {
  size: number;
  cin: number;
  cout: number;
  input: Float32Array;
  active: Float32Array;
  pooled: Float32Array;
  winner: Int32Array;
}

function stage(input: Float32Array, size: number, cin: number, cout: number, W: Float32Array, B: Float32Array): Stage {
  const active = new Float32Array(size * size * cout);
  for (let r = 0; r < size; r++) {
    for (let s = 0; s < size; s++) {
      const at = (r * size + s) * cout;
      for (let o = 0; o < cout; o++) active[at + o] = B[o];
      for (let u = Math.max(0, 2 - r); u < Math.min(5, size + 2 - r); u++) {
        for (let v = Math.max(0, 2 - s); v < Math.min(5, size + 2 - s); v++) {
          for (let c = 0; c < cin; c++) {
            const x = input[((r + u - 2) * size + s + v - 2) * cin + c];
            const w = ((u * 5 + v) * cin + c) * cout;
            for (let o = 0; o < cout; o++) active[at + o] += x * W[w + o];
          }
        }
      }
      for (let o = 0; o < cout; o++) active[at + o] = sigmoid(active[at + o]);
    }
  }
  const half = size / 2;
  const pooled = new Float32Array(half * half * cout).fill(-1);
  const winner = new Int32Array(half * half * cout);
  for (let r = 0; r < size; r++) {
    for (let s = 0; s < size; s++) {
      for (let o = 0; o < cout; o++) {
        const from = (r * size + s) * cout + o;
        const to = ((r >> 1) * half + (s >> 1)) * cout + o;
        if (active[from] >= pooled[to]) {
          pooled[to] = active[from];
          winner[to] = from;
        }
      }
    }
  }
  return { size, cin, cout, input, active, pooled, winner };
}

function back(st: Stage, dPooled: Float32Array, W: Float32Array, gW: Float32Array, gB: Float32Array): Float32Array {
  const { size, cin, cout, input, active, winner } = st;
  const dInput = new Float32Array(input.length);
  // only the winners have an error, a quarter of all cells
  for (let i = 0; i < dPooled.length; i++) {
    const cell = winner[i];
    const d = dPooled[i] * active[cell] * (1 - active[cell]);
    const o = cell % cout;
    const s = Math.floor(cell / cout) % size;
    const r = Math.floor(cell / (cout * size));
    gB[o] += d;
    for (let u = Math.max(0, 2 - r); u < Math.min(5, size + 2 - r); u++) {
      for (let v = Math.max(0, 2 - s); v < Math.min(5, size + 2 - s); v++) {
        const x = ((r + u - 2) * size + s + v - 2) * cin;
        const w = (u * 5 + v) * cin * cout + o;
        for (let c = 0; c < cin; c++) {
          gW[w + c * cout] += d * input[x + c];
          dInput[x + c] += d * W[w + c * cout];
        }
      }
    }
  }
  return dInput;
}

function classify(p: Arrays, x: Float32Array) {
  const one = stage(x, 28, 1, 8, p.W1, p.B1);
  const two = stage(one.pooled, 14, 8, 16, p.W2, p.B2);
  const logits = Array.from(p.B3);
  for (let i = 0; i < 784; i++) for (let k = 0; k < 10; k++) logits[k] += two.pooled[i] * p.W3[i * 10 + k];
  const top = Math.max(...logits);
  const e = logits.map((z) => Math.exp(z - top));
  const sum = e.reduce((a, b) => a + b);
  return { one, two, p: e.map((v) => v / sum) };
}

function read(params: Record<Names, tf.Tensor>): Arrays {
  return Object.fromEntries(Object.entries(params).map(([k, t]) => [k, t.dataSync()])) as Arrays;
}

const picture = (x: tf.TypedArray, i: number) => x.slice(i * 784, (i + 1) * 784) as Float32Array;

export function cnnForward(params: Record<Names, tf.Tensor>, x: tf.Tensor): tf.Tensor {
  const p = read(params);
  const data = x.dataSync();
  return tf.tensor2d(Array.from({ length: x.shape[0]! }, (_, i) => classify(p, picture(data, i)).p));
}

const sums: Partial<Arrays> = {};

export function cnnGradients(params: Record<Names, tf.Tensor>, x: tf.Tensor, y: tf.Tensor) {
  const p = read(params);
  const n = x.shape[0]!;
  const [xs, ys] = [x.dataSync(), y.dataSync()];
  for (const k of Object.keys(p) as Names[]) sums[k] ??= new Float32Array(p[k].length);
  const g = sums as Arrays;
  for (let i = 0; i < n; i++) {
    const { one, two, p: prob } = classify(p, picture(xs, i));
    const d = prob.map((q, k) => (q - ys[i * 10 + k]) / n);
    const dFlat = new Float32Array(784);
    for (let k = 0; k < 10; k++) g.B3[k] += d[k];
    for (let j = 0; j < 784; j++) {
      for (let k = 0; k < 10; k++) {
        g.W3[j * 10 + k] += two.pooled[j] * d[k];
        dFlat[j] += p.W3[j * 10 + k] * d[k];
      }
    }
    const dPooled = back(two, dFlat, p.W2, g.W2, g.B2);
    back(one, dPooled, p.W1, g.W1, g.B1);
  }
  return Object.fromEntries((Object.keys(SHAPES) as Names[]).map((k) => [k, tf.tensor(g[k].slice(), SHAPES[k])]));
}
