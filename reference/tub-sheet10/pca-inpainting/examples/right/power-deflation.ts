/**
 * @about Power iteration on the Gram matrix, one eigenvector after another, each kept orthogonal to those found before and stopped when it moves by less than 1e-7.
 */
import * as tf from '@tensorflow/tfjs';

export function pcaReconstruct(xn: tf.Tensor2D, xr: tf.Tensor2D, d: number): tf.Tensor {
  return tf.tidy(() => {
    const mean = xr.mean(0);
    const centred = xr.sub(mean) as tf.Tensor2D;
    const gram = tf.matMul(centred, centred, false, true).arraySync() as number[][];
    const vectors = leading(gram, d);
    if (vectors.length === 0) return xn.mul(0).add(mean);
    const u = tf.tensor2d(vectors);
    const v = tf.matMul(u, centred);
    const unit = v.div(tf.norm(v, 'euclidean', 1, true)) as tf.Tensor2D;
    return tf.matMul(tf.matMul(xn.sub(mean) as tf.Tensor2D, unit, false, true), unit).add(mean);
  });
}

function leading(a: number[][], d: number): number[][] {
  const n = a.length;
  const trace = a.reduce((sum, row, i) => sum + row[i], 0);
  const found: number[][] = [];
  while (found.length < Math.min(d, n)) {
    // any start that is not orthogonal to the vector sought
    let v = orthogonal(a.map((_, i) => Math.sin(1 + 7 * i + i * i + 3 * found.length)), found);
    let value = 0;
    for (let i = 0; i < 3000; i++) {
      const w = orthogonal(a.map((row) => dot(row, v)), found);
      value = Math.sqrt(dot(w, w));
      if (value <= 1e-11 * trace) return found;
      const next = w.map((x) => x / value);
      const change = Math.sqrt(next.reduce((sum, x, k) => sum + (x - v[k]) ** 2, 0));
      v = next;
      if (change < 1e-7) break;
    }
    found.push(v);
  }
  return found;
}

function orthogonal(v: number[], others: number[][]): number[] {
  const w = v.slice();
  for (const u of others) {
    const s = dot(u, w);
    for (let k = 0; k < w.length; k++) w[k] -= s * u[k];
  }
  return w;
}

function dot(a: number[], b: number[]): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}
