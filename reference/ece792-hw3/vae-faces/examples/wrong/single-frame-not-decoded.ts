/**
 * @mistake A single frame is the first picture itself; it should be the picture of its code.
 * @hint count = 1 is the first end of the line of codes, decoded as every other frame.
 * @expect single-frame wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

type Rng = () => number;
type Params = Record<string, tf.Variable>;

const K = 12;
const HIDDEN = 128;

function gauss(rng: Rng): number {
  return Math.sqrt(-2 * Math.log(1 - rng())) * Math.cos(2 * Math.PI * rng());
}

export function initVae(rng: Rng): Params {
  const params: Params = {};
  const add = (name: string, inputs: number, outputs: number, gain: number) => {
    const values = Float32Array.from({ length: inputs * outputs }, () => Math.sqrt(gain / inputs) * gauss(rng));
    params[name] = tf.variable(tf.tensor2d(values, [inputs, outputs]));
    params[`${name}Bias`] = tf.variable(tf.zeros([outputs]));
  };
  add('hidden', 3072, HIDDEN, 2);
  add('mu', HIDDEN, K, 1);
  add('logVar', HIDDEN, K, 0.1);
  add('up', K, HIDDEN, 2);
  add('out', HIDDEN, 3072, 1);
  return params;
}

const dense = (p: Params, x: tf.Tensor, name: string) =>
  tf.matMul(x as tf.Tensor2D, p[name] as unknown as tf.Tensor2D).add(p[`${name}Bias`]!);

export function encode(params: Params, x: tf.Tensor) {
  const h = tf.relu(dense(params, x.reshape([x.shape[0]!, 3072]), 'hidden'));
  return { mu: dense(params, h, 'mu'), logVar: dense(params, h, 'logVar') };
}

export function reparameterize(mu: tf.Tensor, logVar: tf.Tensor, eps: tf.Tensor): tf.Tensor {
  return mu.add(logVar.mul(0.5).exp().mul(eps));
}

export function decode(params: Params, z: tf.Tensor): tf.Tensor {
  const h = tf.relu(dense(params, z, 'up'));
  return tf.sigmoid(dense(params, h, 'out')).reshape([z.shape[0]!, 32, 32, 3]);
}

export function negativeElbo(x: tf.Tensor, xHat: tf.Tensor, mu: tf.Tensor, logVar: tf.Tensor): tf.Tensor {
  const misfit = x.sub(xHat).square().sum().mul(0.5);
  const divergence = mu.square().add(logVar.exp()).sub(logVar).sub(1).sum().mul(0.5);
  return misfit.add(divergence).div(x.shape[0]!);
}

/** What training descends, written out once more. */
function objective(params: Params, x: tf.Tensor, eps: tf.Tensor): tf.Scalar {
  const { mu, logVar } = encode(params, x);
  const xHat = decode(params, mu.add(logVar.div(2).exp().mul(eps)));
  const kl = tf.sum(mu.square().add(logVar.exp()).sub(logVar).sub(1)).div(2);
  return tf.sum(tf.squaredDifference(x, xHat)).div(2).add(kl).div(x.shape[0]!) as tf.Scalar;
}

interface Options {
  epochs: number;
  batchSize: number;
  learningRate: number;
  rng: Rng;
  onEpoch?: (epoch: number, loss: number) => void;
}

export function trainVae(images: tf.Tensor, options: Options) {
  const { epochs, batchSize, learningRate, rng, onEpoch } = options;
  const params = initVae(rng);
  const optimizer = tf.train.adam(learningRate);
  const n = images.shape[0]!;
  const losses: number[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = Math.floor(rng() * (i + 1));
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    let sum = 0;
    for (let start = 0; start < n; start += batchSize) {
      const rows = order.slice(start, start + batchSize);
      const noise = Float32Array.from({ length: rows.length * K }, () => gauss(rng));
      sum += tf.tidy(() => {
        const x = tf.gather(images, tf.tensor1d(rows, 'int32'));
        const eps = tf.tensor2d(noise, [rows.length, K]);
        return rows.length * optimizer.minimize(() => objective(params, x, eps), true)!.dataSync()[0]!;
      });
    }
    losses.push(sum / n);
    onEpoch?.(epoch, sum / n);
  }
  return { params, losses };
}

export function attributeDirection(params: Params, withIt: tf.Tensor, without: tf.Tensor): tf.Tensor {
  return tf.tidy(() => encode(params, withIt).mu.mean(0).sub(encode(params, without).mu.mean(0)));
}

export function manipulate(params: Params, x: tf.Tensor, direction: tf.Tensor, strength: number): tf.Tensor {
  return tf.tidy(() => {
    const batch = x.rank === 3 ? x.expandDims(0) : x;
    const z = encode(params, batch).mu.add(direction.mul(strength));
    return decode(params, z).reshape(x.shape);
  });
}

export function interpolate(params: Params, xa: tf.Tensor, xb: tf.Tensor, count: number): tf.Tensor {
  if (count === 1) return tf.tidy(() => xa.expandDims(0));
  return tf.tidy(() => {
    const a = encode(params, xa.expandDims(0)).mu;
    const b = encode(params, xb.expandDims(0)).mu;
    const t = tf.tensor2d(Array.from({ length: count }, (_, i) => [count === 1 ? 0 : i / (count - 1)]));
    return decode(params, a.add(b.sub(a).mul(t)));
  });
}
