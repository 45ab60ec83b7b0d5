/**
 * @mistake The gradient is that of the mean over pixels: the squared differences of a picture are summed.
 * @expect learn-step wrong-answer
 */
import * as tf from '@tensorflow/tfjs';
type T = tf.Tensor;
type Net = (z: T) => T;
type P = { A: T; a: T; B: T; b: T; C: T; c: T; size: T };

const gaussian = (rng: () => number, shape: number[]): T => {
  const k = shape.reduce((p, q) => p * q, 1), v: number[] = [];
  while (v.length < k) {
    const r = Math.sqrt(-2 * Math.log(1 - rng())), t = 2 * Math.PI * rng();
    v.push(r * Math.cos(t), r * Math.sin(t));
  }
  return tf.tensor(v.slice(0, k), shape);
};

export function logJoint(generate: Net, z: T, images: T, sigma: number): T {
  return tf.tidy(() => {
    const e = tf.sub(images, generate(z));
    const fit = tf.sum(tf.square(e), [1, 2, 3]).div(-2 * sigma * sigma);
    return fit.sub(tf.sum(tf.square(z), 1).div(2));
  });
}

export function langevinStep(generate: Net, z: T, images: T, { sigma, stepSize }: { sigma: number; stepSize: number }, noise: T): T {
  return tf.tidy(() => {
    const g = tf.grad((q: T) => tf.sum(logJoint(generate, q, images, sigma)))(z);
    return z.add(g.mul(stepSize * stepSize / 2)).add(noise.mul(stepSize));
  });
}

export function inferLatents(generate: Net, z0: T, images: T, options: { sigma: number; stepSize: number; steps: number }, rng: () => number): T {
  let z = z0.clone();
  for (let k = 0; k < options.steps; k++) {
    const next = tf.tidy(() => langevinStep(generate, z, images, options, gaussian(rng, z0.shape)));
    z.dispose();
    z = next;
  }
  return z;
}

function init(rng: () => number, d: number, h: number, w: number): P {
  const D = h * w * 3;
  return tf.tidy(() => ({
    A: gaussian(rng, [d, 32]).mul(Math.sqrt(2 / d)), a: gaussian(rng, [32]).mul(0.3),
    B: gaussian(rng, [32, 48]).mul(Math.sqrt(2 / 32)), b: tf.zeros([48]),
    C: gaussian(rng, [48, D]).mul(0.3 / Math.sqrt(48)), c: tf.zeros([D]), size: tf.tensor1d([h, w], 'int32'),
  }));
}

export const initGenerator = (rng: () => number, { latentDim, imageSize }: { latentDim: number; imageSize: number }) => init(rng, latentDim, imageSize, imageSize);

export function generate(params: P, z: T): T {
  return tf.tidy(() => {
    const [h, w] = Array.from(params.size.dataSync());
    const u = tf.relu(z.matMul(params.A).add(params.a));
    const v = tf.relu(u.matMul(params.B).add(params.b));
    return tf.sigmoid(v.matMul(params.C).add(params.c)).reshape([z.shape[0], h, w, 3]);
  });
}

const KEYS = ['A', 'a', 'B', 'b', 'C', 'c'] as const;

function lossAndGrads(params: P, z: T, images: T, sigma: number) {
  return tf.valueAndGrads((...ws: T[]) => {
    const p = { ...params, ...Object.fromEntries(KEYS.map((k, i) => [k, ws[i]])) } as P;
    return tf.sum(tf.square(images.sub(generate(p, z)))).div(2 * sigma * sigma * images.shape[0]) as tf.Scalar;
  })(KEYS.map((k) => params[k]));
}

export function learnStep(params: P, z: T, images: T, { sigma, learningRate }: { sigma: number; learningRate: number }) {
  let loss = 0;
  const next = tf.tidy(() => {
    const { value, grads } = lossAndGrads(params, z, images, sigma);
    loss = value.dataSync()[0];
    return { ...Object.fromEntries(KEYS.map((k, i) => [k, params[k].sub(grads[i].mul(learningRate * images.shape[0] / images.size))])), size: params.size.clone() } as P;
  });
  return { params: next, loss };
}

export function trainAbp(images: T, o: { latentDim: number; iterations: number; langevinSteps: number; stepSize: number; sigma: number; learningRate: number; start: 'warm' | 'cold'; rng: () => number; onIteration?: (i: number, loss: number) => void }) {
  const [n, h, w] = images.shape;
  let params = init(o.rng, o.latentDim, h, w!);
  let z = gaussian(o.rng, [n, o.latentDim]);
  let m: T[] = KEYS.map((k) => tf.zerosLike(params[k])), s: T[] = KEYS.map((k) => tf.zerosLike(params[k]));
  const losses: number[] = [];
  for (let i = 0; i < o.iterations; i++) {
    if (o.start === 'cold') { z.dispose(); z = gaussian(o.rng, [n, o.latentDim]); }
    const zn = inferLatents((q) => generate(params, q), z, images, { sigma: o.sigma, stepSize: o.stepSize, steps: o.langevinSteps }, o.rng);
    z.dispose(); z = zn;
    let loss = 0;
    const r = tf.tidy(() => {
      const { value, grads } = lossAndGrads(params, z, images, o.sigma);
      loss = value.dataSync()[0];
      const m2 = m.map((v, k) => v.mul(0.9).add(grads[k].mul(0.1)));
      const s2 = s.map((v, k) => v.mul(0.999).add(grads[k].square().mul(0.001)));
      const c1 = 1 - 0.9 ** (i + 1), c2 = 1 - 0.999 ** (i + 1);
      return { m2, s2, p: KEYS.map((k, q) => params[k].sub(m2[q].div(c1).div(s2[q].div(c2).sqrt().add(1e-8)).mul(o.learningRate))) };
    });
    tf.dispose([m, s, KEYS.map((k) => params[k])] as any);
    m = r.m2; s = r.s2;
    params = { ...Object.fromEntries(KEYS.map((k, q) => [k, r.p[q]])), size: params.size } as P;
    losses.push(loss);
    o.onIteration?.(i, loss);
  }
  return { params, z, losses };
}

export const sampleImages = (params: P, count: number, rng: () => number) => tf.tidy(() => generate(params, gaussian(rng, [count, params.A.shape[0]])));

export function interpolationPanel(params: P, range: number, steps: number): T {
  return tf.tidy(() => {
    const d = params.A.shape[0];
    const at = (i: number) => (steps === 1 ? -range : -range + (2 * range * i) / (steps - 1));
    const zs: number[][] = [];
    for (let i = 0; i < steps; i++) for (let j = 0; j < steps; j++) {
      const z = new Array(d).fill(0); z[0] = at(i); if (d > 1) z[1] = at(j); zs.push(z);
    }
    const g = generate(params, tf.tensor2d(zs, [steps * steps, d]));
    const [, h, w, c] = g.shape;
    return g.reshape([steps, steps, h, w! * c!]).transpose([0, 2, 1, 3]).reshape([steps * h, steps * w!, c!]);
  });
}
