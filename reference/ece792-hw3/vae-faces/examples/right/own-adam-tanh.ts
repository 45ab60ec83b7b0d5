/**
 * @about A class of dense layers with tanh and 8 numbers a code; gradients by tf.grads over a list of tensors, an Adam of its own, codes picked one after the other; everything async.
 */
import * as tf from '@tensorflow/tfjs';

type Rng = () => number;

/** Weights in the order in which the layers use them: kernel, bias, kernel, bias … */
class Vae {
  weights: tf.Tensor[];
  constructor(weights: tf.Tensor[]) {
    this.weights = weights;
  }
}

const HIDDEN = 160;
const CODE = 8;
const SHAPES = [
  [3072, HIDDEN],
  [HIDDEN, CODE],
  [HIDDEN, CODE],
  [CODE, HIDDEN],
  [HIDDEN, 3072],
] as const;

export function initVae(rng: Rng): Vae {
  const weights: tf.Tensor[] = [];
  for (const [fanIn, fanOut] of SHAPES) {
    const limit = Math.sqrt(6 / (fanIn + fanOut));
    const kernel = new Float32Array(fanIn * fanOut);
    for (let i = 0; i < kernel.length; i++) kernel[i] = limit * (2 * rng() - 1);
    weights.push(tf.tensor2d(kernel, [fanIn, fanOut]), tf.zeros([fanOut]));
  }
  return new Vae(weights);
}

const layer = (x: tf.Tensor, w: tf.Tensor[], i: number) => tf.dot(x, w[2 * i]!).add(w[2 * i + 1]!);

function encodeWith(w: tf.Tensor[], x: tf.Tensor) {
  const h = tf.tanh(layer(x.reshape([x.shape[0]!, 3072]), w, 0));
  return { mu: layer(h, w, 1), logVar: layer(h, w, 2) };
}

const decodeWith = (w: tf.Tensor[], z: tf.Tensor) =>
  tf.sigmoid(layer(tf.tanh(layer(z, w, 3)), w, 4)).reshape([z.shape[0]!, 32, 32, 3]);

export async function encode(params: Vae, x: tf.Tensor) {
  return encodeWith(params.weights, x);
}

export async function decode(params: Vae, z: tf.Tensor) {
  return decodeWith(params.weights, z);
}

export async function reparameterize(mu: tf.Tensor, logVar: tf.Tensor, eps: tf.Tensor) {
  return tf.addN([mu, tf.mul(tf.exp(tf.mul(0.5, logVar)), eps)]);
}

export function negativeElbo(x: tf.Tensor, xHat: tf.Tensor, mu: tf.Tensor, logVar: tf.Tensor): tf.Tensor {
  const batch = x.shape[0]!;
  const difference = tf.sub(x, xHat).flatten();
  const reconstruction = tf.dot(difference, difference).mul(0.5);
  const kl = tf.sum(mu.mul(mu)).add(tf.sum(tf.exp(logVar))).sub(tf.sum(logVar)).sub(mu.size).mul(0.5);
  return tf.div(tf.add(reconstruction, kl), batch);
}

function gaussians(n: number, rng: Rng): Float32Array {
  const out = new Float32Array(n);
  for (let i = 0; i < n; ) {
    const u = 2 * rng() - 1;
    const v = 2 * rng() - 1;
    const s = u * u + v * v;
    if (s >= 1 || s === 0) continue;
    const f = Math.sqrt((-2 * Math.log(s)) / s);
    out[i++] = u * f;
    if (i < n) out[i++] = v * f;
  }
  return out;
}

export async function trainVae(
  images: tf.Tensor,
  options: { epochs: number; batchSize: number; learningRate: number; rng: Rng; onEpoch?: (e: number, l: number) => void },
) {
  const { epochs, batchSize, learningRate, rng } = options;
  const { weights } = initVae(rng);
  let m = weights.map((w) => tf.zerosLike(w));
  let v = weights.map((w) => tf.zerosLike(w));
  let step = 0;
  const total = images.shape[0]!;
  const losses: number[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    const rest = [...Array(total).keys()];
    let sum = 0;
    while (rest.length > 0) {
      const batch: number[] = [];
      while (batch.length < batchSize && rest.length > 0) {
        const at = Math.floor(rng() * rest.length);
        batch.push(rest[at]!);
        rest[at] = rest[rest.length - 1]!;
        rest.pop();
      }
      step += 1;
      const noise = gaussians(batch.length * CODE, rng);
      const [loss, next] = tf.tidy(() => {
        const x = tf.gather(images, tf.tensor1d(batch, 'int32'));
        const eps = tf.tensor2d(noise, [batch.length, CODE]);
        let value: tf.Tensor | undefined;
        const f = (...w: tf.Tensor[]) => {
          const { mu, logVar } = encodeWith(w, x);
          const z = mu.add(logVar.div(2).exp().mul(eps));
          value = tf.keep(negativeElbo(x, decodeWith(w, z), mu, logVar));
          return value as tf.Scalar;
        };
        const grads = tf.grads(f)(weights);
        const cost = value!.dataSync()[0]!;
        value!.dispose();
        const m2 = m.map((old, i) => old.mul(0.9).add(grads[i]!.mul(0.1)));
        const v2 = v.map((old, i) => old.mul(0.999).add(grads[i]!.square().mul(0.001)));
        const w2 = weights.map((w, i) => {
          const mHat = m2[i]!.div(1 - 0.9 ** step);
          const vHat = v2[i]!.div(1 - 0.999 ** step);
          return w.sub(mHat.mul(learningRate).div(vHat.sqrt().add(1e-8)));
        });
        const all = [...m2, ...v2, ...w2].map((t) => tf.keep(t));
        return [cost, all] as const;
      });
      tf.dispose([m, v, weights]);
      const count = weights.length;
      m = next.slice(0, count);
      v = next.slice(count, 2 * count);
      weights.splice(0, count, ...next.slice(2 * count));
      sum += loss * batch.length;
    }
    losses.push(sum / total);
    if (options.onEpoch) options.onEpoch(epoch, sum / total);
    await Promise.resolve();
  }
  tf.dispose([m, v]);
  return { params: new Vae(weights), losses };
}

export async function attributeDirection(params: Vae, withIt: tf.Tensor, without: tf.Tensor) {
  const a = (await encode(params, withIt)).mu;
  const b = (await encode(params, without)).mu;
  return a.sum(0).div(withIt.shape[0]!).sub(b.sum(0).div(without.shape[0]!));
}

export async function manipulate(params: Vae, x: tf.Tensor, direction: tf.Tensor, strength: number) {
  if (x.rank === 3) {
    const [one] = tf.unstack(await manipulate(params, tf.stack([x]), direction, strength));
    return one!;
  }
  const { mu } = await encode(params, x);
  const step = tf.mul(direction, strength).expandDims(0);
  return decode(params, mu.add(tf.tile(step, [x.shape[0]!, 1])));
}

export async function interpolate(params: Vae, xa: tf.Tensor, xb: tf.Tensor, count: number) {
  const from = (await encode(params, xa.expandDims(0))).mu;
  const to = (await encode(params, xb.expandDims(0))).mu;
  const frames: tf.Tensor[] = [];
  for (let i = 0; i < count; i++) {
    const t = i === 0 ? 0 : i / (count - 1);
    frames.push(await decode(params, from.add(to.sub(from).mul(t))));
  }
  return tf.concat(frames, 0);
}
