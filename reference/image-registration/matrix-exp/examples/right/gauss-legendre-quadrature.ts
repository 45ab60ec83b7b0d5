/**
 * @about The integral itself by Gauss–Legendre quadrature with 24 nodes, computed once when first needed.
 */
import * as tf from '@tensorflow/tfjs';

let nodes: { s: number; w: number }[] | undefined;

/** Nodes and weights on [0, 1], by Newton's method on the Legendre polynomial. */
function gaussLegendre(n: number) {
  if (nodes) return nodes;
  nodes = [];
  for (let i = 0; i < n; i++) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
    let derivative = 1;
    for (let iteration = 0; iteration < 100; iteration++) {
      let [p, q] = [1, 0];
      for (let k = 0; k < n; k++) [p, q] = [((2 * k + 1) * x * p - k * q) / (k + 1), p];
      derivative = (n * (x * p - q)) / (x * x - 1);
      const step = p / derivative;
      x -= step;
      if (Math.abs(step) < 1e-15) break;
    }
    nodes.push({ s: (1 + x) / 2, w: 1 / ((1 - x * x) * derivative * derivative) });
  }
  return nodes;
}

function product(a: number[], b: number[]) {
  const c = new Array<number>(9).fill(0);
  for (let i = 0; i < 9; i++) {
    const row = i - (i % 3);
    for (let k = 0; k < 3; k++) c[i] += a[row + k] * b[3 * k + (i % 3)];
  }
  return c;
}

function series(a: number[], factor: number) {
  let term = [1, 0, 0, 0, 1, 0, 0, 0, 1];
  let sum = term.slice();
  // 2^-4, so that fewer terms suffice and negative matrices lose no digits
  const small = a.map((x) => (x * factor) / 16);
  for (let k = 1; k <= 30; k++) {
    term = product(term, small).map((x) => x / k);
    sum = sum.map((x, i) => x + term[i]);
  }
  for (let k = 0; k < 4; k++) sum = product(sum, sum);
  return sum;
}

export function matrixExp(C: tf.Tensor): tf.Tensor {
  const f = tf.customGrad((...args) => {
    const x = args[0] as tf.Tensor;
    const c = x.flatten().arraySync() as number[];
    return {
      value: tf.tensor(series(c, 1), [3, 3]),
      gradFunc: (dy: tf.Tensor) => {
        const g = dy.flatten().arraySync() as number[];
        const ct = [c[0], c[3], c[6], c[1], c[4], c[7], c[2], c[5], c[8]];
        const total = new Array<number>(9).fill(0);
        for (const { s, w } of gaussLegendre(24)) {
          const value = product(product(series(ct, s), g), series(ct, 1 - s));
          for (let i = 0; i < 9; i++) total[i] += w * value[i];
        }
        return tf.tensor(total, [3, 3]);
      },
    };
  });
  return f(C);
}
