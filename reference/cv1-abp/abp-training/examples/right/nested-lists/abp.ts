/** @about Loops over Float64Arrays, own back-propagation; pictures are nested lists of numbers, and no tensors; two files. */
import * as tf from '@tensorflow/tfjs';
import { backward, create, forward, normals, type Mlp } from './mlp';

type Net = (z: tf.Tensor) => tf.Tensor;
type Rng = () => number;

export const logJoint = (generate: Net, z: tf.Tensor, images: tf.Tensor, sigma: number) => {
  const axes = images.shape.map((_, k) => k).slice(1);
  const misfit = tf.squaredDifference(images, generate(z)).sum(axes);
  return tf.add(misfit.div(sigma * sigma), z.square().sum(-1)).mul(-0.5);
};

// picture by picture: every chain is its own
export function langevinStep(generate: Net, z: tf.Tensor, images: tf.Tensor, options: { sigma: number; stepSize: number }, noise: tf.Tensor) {
  const { sigma, stepSize: s } = options;
  return tf.tidy(() => {
    const rows: tf.Tensor[] = [];
    for (let i = 0; i < z.shape[0]; i++) {
      const zi = z.slice([i, 0], [1, -1]), image = images.slice([i], [1]);
      const slope = tf.grad((q: tf.Tensor) => logJoint(generate, q, image, sigma).sum())(zi);
      rows.push(zi.add(slope.mul(s ** 2 / 2)));
    }
    return tf.concat(rows, 0).add(tf.mul(noise, s));
  });
}

export function inferLatents(generate: Net, z0: tf.Tensor, images: tf.Tensor, options: { sigma: number; stepSize: number; steps: number }, rng: Rng) {
  return tf.tidy(() => {
    const [n, d] = z0.shape;
    // all the noise beforehand
    const noise = tf.tensor(Array.from(normals(rng, options.steps * n * d!)), [options.steps, n, d!]);
    let z = z0.clone();
    for (let k = 0; k < options.steps; k++) {
      z = langevinStep(generate, z, images, options, noise.slice([k, 0, 0], [1, n, d!]).reshape([n, d!]));
    }
    return z;
  });
}

export const initGenerator = (rng: Rng, options: { latentDim: number; imageSize: number }): Mlp => create(rng, options.latentDim, options.imageSize, options.imageSize);

const asPicture = (m: Mlp, v: ArrayLike<number>): number[][][] => {
  const out: number[][][] = [];
  for (let y = 0, q = 0; y < m.h; y++) { const row: number[][] = []; for (let x = 0; x < m.w; x++, q += 3) row.push([v[q], v[q + 1], v[q + 2]]); out.push(row); }
  return out;
};

export const generate = async (params: Mlp, z: tf.Tensor) => {
  const rows = (await z.array()) as number[][];
  return rows.map((r) => asPicture(params, forward(params, r)[3]));
};

function gradient(m: Mlp, Z: number[][], X: Float64Array[], sigma: number) {
  const gW = m.W.map((w) => new Float64Array(w.length)), gb = m.b.map((w) => new Float64Array(w.length));
  let loss = 0;
  const f = 1 / (sigma * sigma * Z.length);
  Z.forEach((z, i) => {
    const acts = forward(m, z), x = X[i];
    backward(m, acts, acts[3].map((g, o) => { loss += ((x[o] - g) ** 2 * f) / 2; return (x[o] - g) * f; }), gW, gb);
  });
  return { gW, gb, loss };
}

const pictures = (data: ArrayLike<number>, n: number) => Array.from({ length: n }, (_, i) => Float64Array.from(Array.prototype.slice.call(data, i * (data.length / n), (i + 1) * (data.length / n))));

export async function learnStep(params: Mlp, z: tf.Tensor, images: tf.Tensor, options: { sigma: number; learningRate: number }) {
  const { gW, gb, loss } = gradient(params, (await z.array()) as number[][], pictures(await images.data(), z.shape[0]), options.sigma);
  const up = (p: Float64Array, g: Float64Array) => p.map((v, i) => v + options.learningRate * g[i]);
  return { params: { ...params, W: params.W.map((w, l) => up(w, gW[l])), b: params.b.map((w, l) => up(w, gb[l])) }, loss };
}

export function trainAbp(images: tf.Tensor, o: { latentDim: number; iterations: number; langevinSteps: number; stepSize: number; sigma: number; learningRate: number; start: 'warm' | 'cold'; rng: Rng; onIteration?: (i: number, loss: number) => void }) {
  const [n, h, w] = images.shape, d = o.latentDim;
  const X = pictures(images.dataSync(), n);
  const m = create(o.rng, d, h, w!);
  const prior = () => { const e = normals(o.rng, n * d); return Array.from({ length: n }, (_, i) => Array.from(e.subarray(i * d, i * d + d))); };
  let Z = prior();
  const all = [...m.W, ...m.b], M = all.map((a) => new Float64Array(a.length)), V = all.map((a) => new Float64Array(a.length));
  const losses: number[] = [];
  for (let t = 1; t <= o.iterations; t++) {
    if (o.start === 'cold') Z = prior();
    for (let k = 0; k < o.langevinSteps; k++) {
      for (let i = 0; i < n; i++) {
        const acts = forward(m, Z[i]), e = normals(o.rng, d);
        const g = backward(m, acts, acts[3].map((v, q) => (X[i][q] - v) / o.sigma ** 2));
        Z[i] = Z[i].map((v, q) => v + (o.stepSize ** 2 / 2) * (g[q] - v) + o.stepSize * e[q]);
      }
    }
    const { gW, gb, loss } = gradient(m, Z, X, o.sigma);
    [...gW, ...gb].forEach((g, l) => {
      const p = all[l];
      for (let i = 0; i < g.length; i++) {
        M[l][i] = 0.9 * M[l][i] + 0.1 * g[i]; V[l][i] = 0.99 * V[l][i] + 0.01 * g[i] * g[i];
        p[i] += (o.learningRate * M[l][i] / (1 - 0.9 ** t)) / (Math.sqrt(V[l][i] / (1 - 0.99 ** t)) + 1e-8);
      }
    });
    losses.push(loss);
    o.onIteration?.(t - 1, loss);
  }
  return { params: m, z: tf.tensor2d(Z, [n, d]), losses };
}

export const sampleImages = (params: Mlp, count: number, rng: Rng) => {
  const d = params.sizes[0];
  return Array.from({ length: count }, () => asPicture(params, forward(params, normals(rng, d))[3]));
};

export const interpolationPanel = (params: Mlp, range: number, steps: number): number[][][] => {
  const tick = (i: number) => (steps === 1 ? -range : -range + (2 * range * i) / (steps - 1));
  const out: number[][][] = [];
  for (let i = 0; i < steps; i++) {
    const band: number[][][] = Array.from({ length: params.h }, () => []);
    for (let j = 0; j < steps; j++) {
      const z = Array.from({ length: params.sizes[0] }, (_, k) => (k === 0 ? tick(i) : k === 1 ? tick(j) : 0));
      asPicture(params, forward(params, z)[3]).forEach((row, y) => band[y].push(...row));
    }
    out.push(...band);
  }
  return out;
};
