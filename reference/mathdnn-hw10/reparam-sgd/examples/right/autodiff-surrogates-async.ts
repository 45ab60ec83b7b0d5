/**
 * @about Automatic differentiation of surrogates, asynchronous, scalar tensors as results; the trace has the start.
 */
import * as tf from '@tensorflow/tfjs';

const h = (x: tf.Tensor) => x.mul(x.sin());
const rest = (mu: tf.Tensor, tau: tf.Tensor) => mu.sub(1).square().mul(0.5).add(tau.exp()).sub(tau);

export async function scoreGradient(mu: number, tau: number, x: tf.Tensor) {
  // The gradient of mean(h(x) log p(x)) with x held fixed.
  const surrogate = (m: tf.Tensor, t: tf.Tensor) => {
    const standard = x.sub(m).div(t.exp());
    const logDensity = standard.square().mul(-0.5).sub(t);
    return h(x).mul(logDensity).mean().add(rest(m, t)) as tf.Scalar;
  };
  const [gMu, gTau] = tf.grads(surrogate as any)([tf.scalar(mu), tf.scalar(tau)]);
  return { mu: gMu, tau: gTau };
}

export async function pathwiseGradient(mu: number, tau: number, y: tf.Tensor) {
  const surrogate = (m: tf.Tensor, t: tf.Tensor) => h(y.mul(t.exp()).add(m)).mean().add(rest(m, t)) as tf.Scalar;
  const [gMu, gTau] = tf.grads(surrogate as any)([tf.scalar(mu), tf.scalar(tau)]);
  return { mu: gMu, tau: gTau };
}

export async function minimise(
  method: 'score' | 'pathwise',
  { iterations, batch, learningRate }: { iterations: number; batch: number; learningRate: number },
  rng: () => number,
) {
  const uniform = () => tf.tensor1d(Array.from({ length: batch }, () => rng()));
  let mu = 0;
  let tau = 0;
  const trace = [{ mu, sigma: 1 }];
  for (let step = 0; step < iterations; step++) {
    tf.engine().startScope();
    // Box and Muller, the cosine of every pair only.
    const radius = tf.sub(1, uniform()).log().mul(-2).sqrt();
    const y = radius.mul(uniform().mul(2 * Math.PI).cos());
    const g =
      method === 'pathwise' ? await pathwiseGradient(mu, tau, y) : await scoreGradient(mu, tau, y.mul(Math.exp(tau)).add(mu));
    mu -= learningRate * (await g.mu.data())[0];
    tau -= learningRate * (await g.tau.data())[0];
    tf.engine().endScope();
    trace.push({ mu, sigma: Math.exp(tau) });
  }
  return { mu, sigma: Math.exp(tau), trace };
}
