/** @about Fixed random cosine features, of which a sigmoid layer is learned: constants stand in params beside the weights; RMSProp on minibatches. */
import * as tf from '@tensorflow/tfjs';
import { Tensor, Tensor2D } from '@tensorflow/tfjs';

// g(z) = sigma(phi(z) A + b) with fixed random cosine features phi: linear in what is learnt (A, b).
// RMSProp over shuffled minibatches for learning; vector-Jacobian products for the chain.
type Rng = () => number;
type Generator = { omega: Tensor; phase: Tensor; A: Tensor; b: Tensor; h: number; w: number };
const K = 64;

function* normalStream(rng: Rng): Generator0 {
  for (;;) {
    const u = rng() || Number.EPSILON, v = rng();
    const r = Math.sqrt(-2 * Math.log(u));
    yield r * Math.sin(2 * Math.PI * v);
    yield r * Math.cos(2 * Math.PI * v);
  }
}
type Generator0 = globalThis.Generator<number, never, unknown>;
const draw = (s: Generator0, shape: number[]): Tensor => tf.tensor(Array.from({ length: shape.reduce((p, q) => p * q, 1) }, () => s.next().value as number), shape);

export function logJoint(generate: (z: Tensor) => Tensor, z: Tensor, images: Tensor, sigma: number): Tensor {
  const n = images.shape[0];
  const scaled = images.sub(generate(z)).div(sigma).reshape([n, images.size / n]);
  return tf.concat([scaled, z], 1).square().sum(1).mul(-0.5); // (e/σ, z) is one long standard normal vector
}

export function langevinStep(generate: (z: Tensor) => Tensor, z: Tensor, images: Tensor, options: { sigma: number; stepSize: number }, noise: Tensor): Tensor {
  return tf.tidy(() => {
    const cot = images.sub(generate(z)).div(options.sigma ** 2);
    const pull = tf.grad(generate)(z, cot);
    const a = options.stepSize ** 2 / 2;
    return z.mul(1 - a).add(pull.mul(a)).add(noise.mul(options.stepSize));
  });
}

function chain(net: (z: Tensor) => Tensor, z0: Tensor, images: Tensor, o: { sigma: number; stepSize: number; steps: number }, s: Generator0): Tensor {
  return tf.tidy(() => Array.from({ length: o.steps }).reduce<Tensor>((z) => tf.tidy(() => langevinStep(net, z, images, o, draw(s, z.shape))), z0.clone()));
}

export const inferLatents = (generate: (z: Tensor) => Tensor, z0: Tensor, images: Tensor, options: { sigma: number; stepSize: number; steps: number }, rng: Rng): Promise<Tensor> =>
  Promise.resolve(chain(generate, z0, images, options, normalStream(rng)));

function make(s: Generator0, d: number, h: number, w: number): Generator {
  return tf.tidy(() => ({ b: tf.zeros([h * w * 3]), A: draw(s, [K, h * w * 3]).mul(0.02), omega: draw(s, [d, K]).mul(0.8), phase: draw(s, [K]).mul(3), h, w }));
}

export const initGenerator = (rng: Rng, options: { latentDim: number; imageSize: number }): Generator => make(normalStream(rng), options.latentDim, options.imageSize, options.imageSize);

const features = (p: Generator, z: Tensor): Tensor => tf.cos(tf.matMul(z as Tensor2D, p.omega as Tensor2D).add(p.phase)).mul(Math.sqrt(2 / K) * 3);
export const generate = (params: Generator, z: Tensor): Tensor => tf.tidy(() => features(params, z).matMul(params.A).add(params.b).sigmoid().reshape([-1, params.h, params.w, 3]));

/** mean over the batch of log p(z, I; θ): gradient by hand, as the model is a logistic regression on phi */
function ascent(p: Generator, z: Tensor, images: Tensor, sigma: number) {
  const n = z.shape[0], phi = features(p, z);
  const g = phi.matMul(p.A).add(p.b).sigmoid();
  const e = images.reshape([n, -1]).sub(g);
  const dl = e.mul(g).mul(g.mul(-1).add(1)).div(sigma * sigma * n);
  return { A: phi.matMul(dl, true), b: dl.sum(0), loss: e.square().sum().div(2 * sigma * sigma * n) };
}

export function learnStep(params: Generator, z: Tensor, images: Tensor, options: { sigma: number; learningRate: number }) {
  return tf.tidy(() => {
    const g = ascent(params, z, images, options.sigma), r = options.learningRate;
    const copy: Generator = { ...params, omega: params.omega.clone(), phase: params.phase.clone(), A: params.A.add(g.A.mul(r)), b: params.b.add(g.b.mul(r)) };
    return { loss: g.loss.arraySync() as number, params: copy as any };
  });
}

export async function trainAbp(images: Tensor, options: { latentDim: number; iterations: number; langevinSteps: number; stepSize: number; sigma: number; learningRate: number; start: 'warm' | 'cold'; rng: Rng; onIteration?: (i: number, loss: number) => void }) {
  const { latentDim: d, iterations, langevinSteps: steps, stepSize, sigma, learningRate, start, rng, onIteration } = options;
  const [n, h, w] = images.shape;
  const s = normalStream(rng);
  const p = make(s, d, h, w!);
  const batch = Math.max(1, Math.ceil(n / 4));
  let z = draw(s, [n, d]);
  let vA: Tensor = tf.zerosLike(p.A), vb: Tensor = tf.zerosLike(p.b);
  const losses: number[] = [];
  for (let it = 0; it < iterations; it++) {
    const z0 = start === 'warm' ? z : draw(s, [n, d]);
    z = chain((q) => generate(p, q), z0, images, { sigma, stepSize, steps }, s);
    const order = Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) { const j = Math.floor(rng() * (i + 1)); [order[i], order[j]] = [order[j], order[i]]; }
    let sum = 0;
    for (let from = 0; from < n; from += batch) {
      const rows = order.slice(from, from + batch);
      const old = [p.A, p.b, vA, vb];
      [p.A, p.b, vA, vb] = tf.tidy(() => {
        const ix = tf.tensor1d(rows, 'int32');
        const g = ascent(p, z.gather(ix), images.gather(ix), sigma);
        sum += (g.loss.dataSync()[0] * rows.length) / n;
        const a = vA.mul(0.95).add(g.A.square().mul(0.05)), c = vb.mul(0.95).add(g.b.square().mul(0.05));
        const bias = 1 - 0.95 ** (losses.length * Math.ceil(n / batch) + from / batch + 1);
        return [p.A.add(g.A.div(a.div(bias).sqrt().add(1e-7)).mul(learningRate)), p.b.add(g.b.div(c.div(bias).sqrt().add(1e-7)).mul(learningRate)), a, c];
      });
      old.forEach((t) => t.dispose());
    }
    losses.push(sum);
    onIteration?.(it, sum);
  }
  return { losses, z, params: p };
}

export const sampleImages = (params: Generator, count: number, rng: Rng) => generate(params, draw(normalStream(rng), [count, params.omega.shape[0]]));

export function interpolationPanel(params: Generator, range: number, steps: number): Tensor {
  return tf.tidy(() => {
    const d = params.omega.shape[0];
    const t = steps > 1 ? tf.linspace(-range, range, steps) : tf.tensor1d([-range]);
    const [rows, cols] = tf.meshgrid(t, t, { indexing: 'ij' });
    const z = tf.stack([rows.flatten(), cols.flatten(), ...Array.from({ length: Math.max(0, d - 2) }, () => tf.zeros([steps * steps]))].slice(0, d), 1);
    const tiles = generate(params, z);
    return tf.concat(tf.split(tiles, steps).map((row) => tf.concat(tf.unstack(row), 1)), 0);
  });
}
