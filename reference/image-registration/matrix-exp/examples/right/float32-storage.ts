/**
 * @about Arithmetic in plain numbers, results handed over in an explicit Float32Array; backward by doubling the interval.
 */
import * as tf from '@tensorflow/tfjs';

const N = 3;

const matmul = (a: ArrayLike<number>, b: ArrayLike<number>): number[] => {
  const out: number[] = [];
  for (let i = 0; i < N; i++) {
    for (let j = 0; j < N; j++) {
      let sum = 0;
      for (let k = 0; k < N; k++) sum += a[i * N + k] * b[k * N + j];
      out.push(sum);
    }
  }
  return out;
};

/** exp(A) and J = ∫₀¹ exp(sA) G exp((1−s)A) ds: on an interval twice as long, J becomes exp·J + J·exp. */
function exponentialAndIntegral(A: number[], G: number[]) {
  const doublings = 8;
  const a = A.map((x) => x / 2 ** doublings);
  let E = [1, 0, 0, 0, 1, 0, 0, 0, 1];
  let J = new Array(N * N).fill(0);
  let power = E;
  let integral = G.map((x) => x / 2 ** doublings); // the derivative of the first power
  for (let k = 1; k <= 12; k++) {
    J = J.map((x, i) => x + integral[i]);
    const left = matmul(power, G).map((x) => x / 2 ** doublings);
    power = matmul(power, a).map((x) => x / k);
    E = E.map((x, i) => x + power[i]);
    if (k === 1) integral = left;
    // derivative of a^(k+1)/(k+1)!
    const next = matmul(integral, a);
    const also = matmul(power, G).map((x) => x / 2 ** doublings);
    integral = next.map((x, i) => (x + also[i]) / (k + 1));
  }
  for (let k = 0; k < doublings; k++) {
    const before = matmul(E, J);
    const after = matmul(J, E);
    J = before.map((x, i) => x + after[i]);
    E = matmul(E, E);
  }
  return { E, J };
}

export function matrixExp(C: tf.Tensor): tf.Tensor {
  return tf.customGrad((...inputs) => {
    const [x, save] = inputs as [tf.Tensor, tf.GradSaveFunc];
    save([x]);
    const { E } = exponentialAndIntegral(Array.from(x.dataSync()), new Array(9).fill(0));
    const stored = new Float32Array(9);
    stored.set(E);
    return {
      value: tf.tensor(stored, [N, N]),
      gradFunc: (G, [kept]) => {
        const transposed = Array.from(kept.transpose().dataSync());
        const { J } = exponentialAndIntegral(transposed, Array.from(G.dataSync()));
        return tf.tensor(Float32Array.from(J), [N, N]);
      },
    };
  })(C);
}
