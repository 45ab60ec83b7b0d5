/**
 * @about Flat Float32Arrays as tfjs hands them out, summed over the batch and divided at the end; the slope of σ from exp(−|a|).
 */
import * as tf from '@tensorflow/tfjs';

/** σ(a) and σ′(a), with no exponent that grows. */
function logistic(a: number): [number, number] {
  const e = Math.exp(-Math.abs(a));
  const s = a >= 0 ? 1 / (1 + e) : e / (1 + e);
  return [s, e / ((1 + e) * (1 + e))];
}

function run(W: tf.Tensor, b: tf.Tensor, c: tf.Tensor, x: tf.Tensor) {
  const [H, D] = W.shape as [number, number];
  const N = x.shape[0]!;
  const [w, bias, offset, data] = [W.dataSync(), b.dataSync(), c.dataSync(), x.dataSync()];
  const gW = new Float32Array(H * D);
  const gb = new Float32Array(H);
  const gc = new Float32Array(D);
  let loss = 0;
  for (let n = 0; n < N; n++) {
    const input = data.subarray(n * D, (n + 1) * D);
    const h = new Float32Array(H);
    const slope = new Float32Array(H);
    for (let k = 0; k < H; k++) {
      let a = bias[k];
      for (let i = 0; i < D; i++) a += w[k * D + i] * input[i];
      [h[k], slope[k]] = logistic(a);
    }
    const back = new Float32Array(H);
    for (let i = 0; i < D; i++) {
      let a = offset[i];
      for (let k = 0; k < H; k++) a += w[k * D + i] * h[k];
      const [y, dy] = logistic(a);
      const delta = 2 * (y - input[i]) * dy;
      loss += (y - input[i]) ** 2;
      gc[i] += delta;
      for (let k = 0; k < H; k++) {
        gW[k * D + i] += delta * h[k];
        back[k] += delta * w[k * D + i];
      }
    }
    for (let k = 0; k < H; k++) {
      const delta = back[k] * slope[k];
      gb[k] += delta;
      for (let i = 0; i < D; i++) gW[k * D + i] += delta * input[i];
    }
  }
  const mean = (g: Float32Array) => g.map((value) => value / N);
  return { loss: loss / N, W: tf.tensor2d(mean(gW), [H, D]), b: tf.tensor1d(mean(gb)), c: tf.tensor1d(mean(gc)) };
}

export function tiedLoss(W: tf.Tensor, b: tf.Tensor, c: tf.Tensor, x: tf.Tensor) {
  return tf.scalar(run(W, b, c, x).loss);
}

export function tiedGradients(W: tf.Tensor, b: tf.Tensor, c: tf.Tensor, x: tf.Tensor) {
  const { loss, ...gradients } = run(W, b, c, x);
  return gradients;
}
