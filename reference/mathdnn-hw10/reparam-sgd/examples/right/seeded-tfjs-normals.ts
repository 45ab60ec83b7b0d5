/**
 * @about tf.randomNormal seeded by rng, an SGD optimiser of tfjs on variables, one-element tensors as results.
 */
import * as tf from '@tensorflow/tfjs';

export function scoreGradient(mu: number, tau: number, x: tf.Tensor) {
  return tf.tidy(() => {
    const p = tf.exp(2 * tau);
    const hx = x.mul(tf.sin(x));
    const d = x.sub(mu);
    const gMu = hx.mul(d.div(p)).sum().div(x.size).add(mu - 1);
    const gTau = hx.mul(d.pow(2).div(p).sub(1)).sum().div(x.size).add(Math.exp(tau) - 1);
    return { mu: gMu.reshape([1]), tau: gTau.reshape([1]) };
  });
}

export function pathwiseGradient(mu: number, tau: number, y: tf.Tensor) {
  return tf.tidy(() => {
    const dx = y.mul(Math.exp(tau));
    const x = dx.add(mu);
    const dh = tf.sin(x).add(x.mul(tf.cos(x)));
    const stacked = tf.stack([dh, dh.mul(dx)]).mean(1).add(tf.tensor1d([mu - 1, Math.exp(tau) - 1]));
    const [gMu, gTau] = tf.unstack(stacked);
    return { mu: gMu, tau: gTau };
  });
}

export function minimise(method: 'score' | 'pathwise', options: any, rng: () => number) {
  const mu = tf.variable(tf.scalar(0));
  const tau = tf.variable(tf.scalar(0));
  const optimizer = tf.train.sgd(options.learningRate);
  const trace: { mu: number; sigma: number }[] = [];
  const read = () => ({ mu: mu.dataSync()[0], sigma: Math.exp(tau.dataSync()[0]) });
  for (let i = 0; i < options.iterations; i++) {
    const seed = 1 + Math.floor(rng() * 2 ** 31);
    tf.tidy(() => {
      const y = tf.randomNormal([options.batch], 0, 1, 'float32', seed);
      const at = read();
      const t = Math.log(at.sigma);
      const g =
        method === 'score'
          ? scoreGradient(at.mu, t, y.mul(at.sigma).add(at.mu))
          : pathwiseGradient(at.mu, t, y);
      optimizer.applyGradients({ [mu.name]: g.mu.reshape([]), [tau.name]: g.tau.reshape([]) } as any);
    });
    trace.push(read());
  }
  const end = read();
  tf.dispose([mu, tau]);
  return { ...end, trace };
}
