import * as tf from '@tensorflow/tfjs';
import { eigSym } from './eigen';

/** Mean and leading components of the training digits, as plain arrays. */
function fit(xr: number[][], d: number) {
  const pixels = xr[0].length;
  const mean = Array.from({ length: pixels }, (_, k) => xr.reduce((s, row) => s + row[k], 0) / xr.length);
  const X = xr.map((row) => row.map((v, k) => v - mean[k]));
  const { values, vectors } = eigSym(X.map((a) => X.map((b) => a.reduce((s, v, k) => s + v * b[k], 0))));
  const components: number[][] = [];
  for (let i = 0; i < d && i < values.length && values[i] > 1e-9; i++) {
    const v = new Array(pixels).fill(0);
    vectors[i].forEach((w, j) => X[j].forEach((x, k) => (v[k] += (w * x) / Math.sqrt(values[i]))));
    components.push(v);
  }
  return { mean, components };
}

export function pcaReconstruct(xn: tf.Tensor2D, xr: tf.Tensor2D, d: number) {
  const { mean, components } = fit(xr.arraySync(), d);
  const result = xn.arraySync().map((row) => {
    const out = [...mean];
    for (const v of components) {
      const a = v.reduce((s, x, k) => s + x * (row[k] - mean[k]), 0);
      v.forEach((x, k) => (out[k] += a * x));
    }
    return out;
  });
  return tf.tensor2d(result);
}
