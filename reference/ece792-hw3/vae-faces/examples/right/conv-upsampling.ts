/**
 * @about Convolutions with leaky ReLU and max-pooling, upsampling by nearest neighbours followed by convolutions, 64 numbers a code, biases within closures, no sigmoid at the end.
 */
import * as tf from '@tensorflow/tfjs';

type Rng = () => number;
type Step = (x: tf.Tensor4D) => tf.Tensor4D;

const LATENT = 64;

interface Model {
  variables: tf.Variable[];
  encoder: Step[];
  heads: { mu: (h: tf.Tensor) => tf.Tensor; logVar: (h: tf.Tensor) => tf.Tensor };
  start: (z: tf.Tensor) => tf.Tensor;
  decoder: Step[];
}

function gauss(rng: Rng): number {
  // twelve uniforms: mean 6, variance 1
  let sum = -6;
  for (let i = 0; i < 12; i++) sum += rng();
  return sum;
}

function build(rng: Rng): Model {
  const variables: tf.Variable[] = [];
  const weight = (shape: number[], scale: number) => {
    const size = shape.reduce((a, b) => a * b);
    const v = tf.variable(tf.tensor(Array.from({ length: size }, () => scale * (2 * rng() - 1)), shape));
    variables.push(v);
    return v;
  };
  const bias = (n: number, value = 0) => {
    const v = tf.variable(tf.fill([n], value));
    variables.push(v);
    return v;
  };
  const conv = (cin: number, cout: number): Step => {
    const w = weight([3, 3, cin, cout], Math.sqrt(6 / (9 * cin)));
    const b = bias(cout);
    return (x) => tf.conv2d(x, w as unknown as tf.Tensor4D, 1, 'same').add(b);
  };
  const dense = (i: number, o: number, gain = 1) => {
    const w = weight([i, o], gain * Math.sqrt(3 / i));
    const b = bias(o);
    return (x: tf.Tensor) => tf.matMul(x as tf.Tensor2D, w as unknown as tf.Tensor2D).add(b);
  };
  const leaky: Step = (x) => tf.leakyRelu(x, 0.1);
  const pool: Step = (x) => tf.maxPool(x, 2, 2, 'same');
  const up: Step = (x) => tf.image.resizeNearestNeighbor(x, [2 * x.shape[1], 2 * x.shape[2]]);
  const half: Step = (x) => tf.avgPool(x, 2, 2, 'valid');
  return {
    variables,
    encoder: [half, conv(3, 16), leaky, pool, conv(16, 32), leaky, pool],
    heads: { mu: dense(512, LATENT), logVar: dense(512, LATENT, 0.1) },
    start: dense(LATENT, 8 * 8 * 16),
    decoder: [leaky, conv(16, 24), leaky, up, conv(24, 16), leaky, up, conv(16, 3)],
  };
}

export const initVae = (rng: Rng): Model => build(rng);

export function encode(params: Model, x: tf.Tensor) {
  const h = params.encoder.reduce((t, f) => f(t), tf.sub(x, 0.5) as tf.Tensor4D).reshape([x.shape[0]!, 512]);
  return { mu: params.heads.mu(h), logVar: params.heads.logVar(h).clipByValue(-8, 8) };
}

export function reparameterize(mu: tf.Tensor, logVar: tf.Tensor, eps: tf.Tensor) {
  return eps.mul(logVar.mul(0.5).exp()).add(mu);
}

export function decode(params: Model, z: tf.Tensor): tf.Tensor {
  const start = params.start(z).reshape([z.shape[0]!, 8, 8, 16]) as tf.Tensor4D;
  return params.decoder.reduce((t, f) => f(t), start).add(0.5);
}

export function negativeElbo(x: tf.Tensor, xHat: tf.Tensor, mu: tf.Tensor, logVar: tf.Tensor) {
  const perPicture = (t: tf.Tensor) => tf.sum(t.reshape([t.shape[0]!, t.size / t.shape[0]!]), -1);
  const error = perPicture(tf.pow(tf.sub(x, xHat), 2));
  const kl = perPicture(mu.square().add(tf.expm1(logVar)).sub(logVar));
  return tf.mean(error.add(kl)).div(2);
}

export function trainVae(
  images: tf.Tensor,
  opts: { epochs: number; batchSize: number; learningRate: number; rng: Rng; onEpoch?: (i: number, loss: number) => void },
) {
  const params = build(opts.rng);
  const adam = tf.train.adam(opts.learningRate, 0.9, 0.999);
  const n = images.shape[0]!;
  const losses = [];
  const order = tf.util.createShuffledIndices === undefined ? [] : [...Array(n).keys()];
  for (let e = 0; e < opts.epochs; e++) {
    for (let i = n - 1; i > 0; i--) {
      const j = Math.floor(opts.rng() * (i + 1));
      const keep = order[i]!;
      order[i] = order[j]!;
      order[j] = keep;
    }
    const batches = Math.ceil(n / opts.batchSize);
    let sum = 0;
    for (let b = 0; b < batches; b++) {
      const rows = order.slice(b * opts.batchSize, (b + 1) * opts.batchSize);
      sum += tf.tidy(() => {
        const x = tf.gather(images, tf.tensor1d(rows, 'int32'));
        const eps = tf.tensor(Array.from({ length: rows.length * LATENT }, () => gauss(opts.rng)), [rows.length, LATENT]);
        const cost = adam.minimize(
          () => {
            const q = encode(params, x);
            return negativeElbo(x, decode(params, reparameterize(q.mu, q.logVar, eps)), q.mu, q.logVar) as tf.Scalar;
          },
          true,
          params.variables,
        );
        return cost!.arraySync() as number;
      });
    }
    losses.push(sum / batches);
    opts.onEpoch?.(e, losses[e]!);
  }
  return { params, losses };
}

const meanCode = (params: Model, x: tf.Tensor) => encode(params, x).mu.mean(0);

export const attributeDirection = (params: Model, withIt: tf.Tensor, without: tf.Tensor) =>
  tf.tidy(() => meanCode(params, withIt).sub(meanCode(params, without)));

export function manipulate(params: Model, x: tf.Tensor, direction: tf.Tensor, strength: number) {
  return tf.tidy(() => {
    const batch = x.reshape([-1, 32, 32, 3]);
    const z = encode(params, batch).mu.add(tf.mul(strength, direction));
    return decode(params, z).reshape(x.shape);
  });
}

export function interpolate(params: Model, xa: tf.Tensor, xb: tf.Tensor, count: number) {
  return tf.tidy(() => {
    const mu = encode(params, tf.stack([xa, xb])).mu;
    const weights = Array.from({ length: count }, (_, i) => {
      const t = count > 1 ? i / (count - 1) : 0;
      return [1 - t, t];
    });
    return decode(params, tf.matMul(tf.tensor2d(weights), mu as tf.Tensor2D));
  });
}
