/**
 * @about Dense networks of the layers API as params, 32 numbers a code, an async training loop with variableGrads; the encoder has one head that is split.
 */
import * as tf from '@tensorflow/tfjs';

const K = 32;
const SIZE = 32 * 32 * 3;

interface Models {
  encoder: tf.Sequential;
  decoder: tf.Sequential;
}

export function initVae(rng: () => number): Models {
  const seed = () => Math.floor(rng() * 1e9) + 1;
  const dense = (units: number, activation: 'relu' | 'linear' | 'sigmoid', inputShape?: number[]) =>
    tf.layers.dense({
      units,
      activation,
      kernelInitializer: tf.initializers.glorotNormal({ seed: seed() }),
      ...(inputShape ? { inputShape } : {}),
    });
  const encoder = tf.sequential();
  encoder.add(tf.layers.flatten({ inputShape: [32, 32, 3] }));
  encoder.add(dense(192, 'relu'));
  encoder.add(dense(2 * K, 'linear'));
  const decoder = tf.sequential();
  decoder.add(dense(192, 'relu', [K]));
  decoder.add(dense(SIZE, 'sigmoid'));
  decoder.add(tf.layers.reshape({ targetShape: [32, 32, 3] }));
  return { encoder, decoder };
}

export function encode(params: Models, x: tf.Tensor) {
  const both = params.encoder.apply(x) as tf.Tensor;
  const [mu, logVar] = tf.split(both, 2, 1) as [tf.Tensor, tf.Tensor];
  return { mu, logVar };
}

export function reparameterize(mu: tf.Tensor, logVar: tf.Tensor, eps: tf.Tensor) {
  return mu.add(tf.sqrt(tf.exp(logVar)).mul(eps));
}

export function decode(params: Models, z: tf.Tensor): tf.Tensor {
  return params.decoder.apply(z) as tf.Tensor;
}

export function negativeElbo(x: tf.Tensor, xHat: tf.Tensor, mu: tf.Tensor, logVar: tf.Tensor): tf.Scalar {
  const n = x.shape[0]!;
  const error = tf.squaredDifference(x, xHat).reshape([n, -1]).sum(1).mul(0.5);
  const kl = tf.sum(logVar.add(1).sub(mu.square()).sub(logVar.exp()), 1).mul(-0.5);
  return error.add(kl).mean();
}

interface Options {
  epochs: number;
  batchSize: number;
  learningRate: number;
  rng: () => number;
  onEpoch?: (epoch: number, loss: number) => void;
}

export async function trainVae(images: tf.Tensor4D, { epochs, batchSize, learningRate, rng, onEpoch }: Options) {
  const params = initVae(rng);
  const optimizer = tf.train.adam(learningRate);
  const variables = [...params.encoder.trainableWeights, ...params.decoder.trainableWeights].map(
    (weight) => (weight as unknown as { val: tf.Variable }).val,
  );
  const gauss = (n: number) => {
    const values: number[] = [];
    while (values.length < n) {
      const r = Math.sqrt(-2 * Math.log(1 - rng()));
      const angle = 2 * Math.PI * rng();
      values.push(r * Math.cos(angle), r * Math.sin(angle));
    }
    return values.slice(0, n);
  };
  const losses: number[] = [];
  const n = images.shape[0];
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const order = [...Array(n).keys()].map((i) => ({ i, key: rng() })).sort((a, b) => a.key - b.key).map(({ i }) => i);
    let total = 0;
    for (let from = 0; from < n; from += batchSize) {
      const picked = order.slice(from, from + batchSize);
      const x = tf.gather(images, picked);
      const eps = tf.tensor2d(gauss(picked.length * K), [picked.length, K]);
      const { value, grads } = tf.variableGrads(() => {
        const { mu, logVar } = encode(params, x);
        return negativeElbo(x, decode(params, reparameterize(mu, logVar, eps)), mu, logVar);
      }, variables);
      optimizer.applyGradients(grads);
      total += (await value.data())[0]! * picked.length;
      tf.dispose([x, eps, value, grads]);
    }
    losses.push(total / n);
    onEpoch?.(epoch, total / n);
  }
  return { params, losses };
}

export function attributeDirection(params: Models, withIt: tf.Tensor, without: tf.Tensor) {
  return tf.tidy(() => tf.sub(tf.mean(encode(params, withIt).mu, 0), tf.mean(encode(params, without).mu, 0)));
}

export function manipulate(params: Models, x: tf.Tensor, direction: tf.Tensor, strength: number) {
  return tf.tidy(() => {
    const single = x.rank === 3;
    const { mu } = encode(params, single ? tf.expandDims(x, 0) : x);
    const out = decode(params, mu.add(direction.mul(strength)));
    return single ? tf.squeeze(out, [0]) : out;
  });
}

export function interpolate(params: Models, xa: tf.Tensor, xb: tf.Tensor, count: number) {
  return tf.tidy(() => {
    const a = encode(params, xa.expandDims(0)).mu;
    const b = encode(params, xb.expandDims(0)).mu;
    const t = count > 1 ? tf.linspace(0, 1, count).reshape([count, 1]) : tf.zeros([1, 1]);
    return decode(params, a.mul(tf.sub(1, t)).add(b.mul(t)));
  });
}
