/**
 * @mistake Training decodes μ itself: no noise is drawn, though the KL term is there, so codes drawn from q(z|x) are decoded badly.
 * @expect training wrong-answer
 */
import * as tf from '@tensorflow/tfjs';
import { Random } from './random';

// k = 12; linear encoder, posterior variances that are the same for every picture (a legal, amortisation-free choice),
// decoder = linear part + one hidden tanh layer; identity output; RMSProp; params is an instance of a class.
const K = 12, H = 48, D = 3072;

export class Faces {
  E: tf.Tensor; e: tf.Tensor; s: tf.Tensor; L: tf.Tensor; l: tf.Tensor; A: tf.Tensor; a: tf.Tensor; B: tf.Tensor;
  static readonly names = ['E', 'e', 's', 'L', 'l', 'A', 'a', 'B'] as const;
  constructor(w: Record<string, tf.Tensor>) { this.E = w.E; this.e = w.e; this.s = w.s; this.L = w.L; this.l = w.l; this.A = w.A; this.a = w.a; this.B = w.B; }
  static random(r: Random) {
    const t = (f: number, ...s: number[]) => tf.tensor(r.normals(s.reduce((p, q) => p * q, 1)).map((v) => v * f), s);
    return new Faces({ E: t(0.02, D, K), e: tf.zeros([K]), s: tf.fill([K], -1), L: t(0.05, K, D), l: tf.fill([D], 0.5), A: t(0.4, K, H), a: tf.zeros([H]), B: t(0.01, H, D) });
  }
  posterior(x: tf.Tensor) {
    const mu = tf.add(tf.matMul(tf.sub(tf.reshape(x, [-1, D]), 0.5) as tf.Tensor2D, this.E as tf.Tensor2D), this.e);
    return { mu, logVar: tf.add(tf.zerosLike(mu), this.s) };
  }
  picture(z: tf.Tensor) {
    const hidden = tf.tanh(tf.add(tf.matMul(z as tf.Tensor2D, this.A as tf.Tensor2D), this.a)) as tf.Tensor2D;
    const flat = tf.addN([tf.matMul(z as tf.Tensor2D, this.L as tf.Tensor2D), tf.matMul(hidden, this.B as tf.Tensor2D)]).add(this.l);
    return tf.reshape(flat, [-1, 32, 32, 3]);
  }
}

export const initVae = (rng: () => number) => Faces.random(new Random(rng));
export const encode = (params: Faces, x: tf.Tensor) => params.posterior(x);
export const reparameterize = (mu: tf.Tensor, logVar: tf.Tensor, eps: tf.Tensor) => tf.add(mu, tf.mul(eps, tf.exp(tf.mul(logVar, 0.5))));
export const decode = (params: Faces, z: tf.Tensor) => params.picture(z);

export function negativeElbo(x: tf.Tensor, xHat: tf.Tensor, mu: tf.Tensor, logVar: tf.Tensor) {
  const perPicture = tf.sum(tf.square(tf.reshape(tf.sub(xHat, x), [x.shape[0], -1])), -1);
  const kl2 = tf.sum(tf.sub(tf.addN([tf.square(mu), tf.exp(logVar)]), tf.add(logVar, tf.onesLike(logVar))), -1);
  return tf.mul(0.5, tf.mean(tf.add(perPicture, kl2)));
}

export async function trainVae(images: tf.Tensor, { epochs, batchSize, learningRate, rng, onEpoch = () => {} }: { epochs: number; batchSize: number; learningRate: number; rng: () => number; onEpoch?: (epoch: number, loss: number) => void }) {
  const r = new Random(rng);
  const first = Faces.random(r);
  const vars = Object.fromEntries(Faces.names.map((k) => [k, tf.variable(first[k])]));
  vars.l.assign(tf.tidy(() => images.mean(0).reshape([D]))); // the mean face
  const net = new Faces(vars);
  const opt = tf.train.rmsprop(learningRate, 0.9);
  const n = images.shape[0], losses: number[] = [];
  for (let epoch = 0; epoch < epochs; ++epoch) {
    const order = r.permutation(n);
    let total = 0, seen = 0;
    while (seen < n) {
      const ids = order.slice(seen, Math.min(n, seen + batchSize));
      const l = tf.tidy(() => {
        const x = tf.gather(images, tf.tensor1d(ids, 'int32'));
        return opt.minimize(() => {
          const q = net.posterior(x);
          return negativeElbo(x, net.picture(q.mu), q.mu, q.logVar) as tf.Scalar;
        }, true)!.dataSync()[0];
      });
      total += l * ids.length; seen += ids.length;
      await Promise.resolve();
    }
    losses.push(total / n);
    onEpoch(epoch, total / n);
  }
  opt.dispose();
  return { losses, params: net };
}

export const attributeDirection = async (params: Faces, withIt: tf.Tensor, without: tf.Tensor): Promise<number[]> => {
  const m = async (t: tf.Tensor) => (await params.posterior(t).mu.mean(0).array()) as number[];
  const [p, q] = await Promise.all([m(withIt), m(without)]);
  return p.map((v, i) => v - q[i]);
};

export const manipulate = (params: Faces, x: tf.Tensor, direction: tf.Tensor, strength: number) =>
  params.picture(tf.add(params.posterior(x).mu, tf.mul(direction, strength))).reshape(x.shape);

export const interpolate = (params: Faces, xa: tf.Tensor, xb: tf.Tensor, count: number) => {
  const a = params.posterior(xa).mu, b = params.posterior(xb).mu;
  const t = count > 1 ? tf.linspace(0, 1, count) : tf.zeros([1]);
  return params.picture(tf.add(a, tf.mul(t.reshape([count, 1]), tf.sub(b, a))));
};
