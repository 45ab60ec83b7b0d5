import * as tf from '@tensorflow/tfjs';

/** Tensors by name; `layer` and its bias `layerB`. */
type Params = Record<string, tf.Tensor>;
type Rng = () => number;

const LATENT = 16;
/** Channels after each of the encoder's convolutions, which halve the sides: 32 → 16 → 8 → 4. */
const CHANNELS = [16, 32, 64] as const;
const SMALL = 4;
const FLAT = SMALL * SMALL * CHANNELS[2];

/** Weights drawn from rng: normal, of variance gain / fan-in (He et al. 2015); biases 0. */
export function initVae(rng: Rng): Params {
  const [a, b, c] = CHANNELS;
  return {
    ...layer('conv1', [4, 4, 3, a], 4 * 4 * 3, 2, rng),
    ...layer('conv2', [4, 4, a, b], 4 * 4 * a, 2, rng),
    ...layer('conv3', [4, 4, b, c], 4 * 4 * b, 2, rng),
    ...layer('mu', [FLAT, LATENT], FLAT, 1, rng),
    ...layer('logVar', [FLAT, LATENT], FLAT, 0.1, rng),
    ...layer('dense', [LATENT, FLAT], LATENT, 2, rng),
    // A transposed convolution's filter is [h, w, out, in]; with stride 2 a quarter of its taps meet each pixel.
    ...layer('up1', [4, 4, b, c], 4 * c, 2, rng, b),
    ...layer('up2', [4, 4, a, b], 4 * b, 2, rng, a),
    ...layer('up3', [4, 4, 3, a], 4 * a, 1, rng, 3),
  };
}

function layer(name: string, shape: number[], fanIn: number, gain: number, rng: Rng, units = shape.at(-1)!): Params {
  const size = shape.reduce((product, side) => product * side, 1);
  const deviation = Math.sqrt(gain / fanIn);
  const weights = Float32Array.from({ length: size }, () => deviation * normal(rng));
  return { [name]: tf.tensor(weights, shape), [`${name}B`]: tf.zeros([units]) };
}

/** Box and Muller; 1 − rng() is never 0, whose logarithm would be infinite. */
function normal(rng: Rng): number {
  return Math.sqrt(-2 * Math.log(1 - rng())) * Math.cos(2 * Math.PI * rng());
}

/** The mean and log-variance of q(z|x) = N(mu, diag e^logVar), each [n, k], of pictures x [n, 32, 32, 3]. */
export function encode(params: Params, x: tf.Tensor): { mu: tf.Tensor; logVar: tf.Tensor } {
  return tf.tidy(() => {
    const halve = (input: tf.Tensor, name: string): tf.Tensor =>
      tf.relu(tf.add(tf.conv2d(input as tf.Tensor4D, params[name] as tf.Tensor4D, 2, 'same'), params[`${name}B`]!));
    const features = halve(halve(halve(x, 'conv1'), 'conv2'), 'conv3').reshape([-1, FLAT]);
    return { mu: dense(params, features, 'mu'), logVar: dense(params, features, 'logVar') };
  });
}

function dense(params: Params, x: tf.Tensor, name: string): tf.Tensor {
  return tf.matMul(x as tf.Tensor2D, params[name] as tf.Tensor2D).add(params[`${name}B`]!);
}

/** z = mu + e^(logVar/2) · eps, a draw from q(z|x) where eps is one from N(0, I). */
export function reparameterize(mu: tf.Tensor, logVar: tf.Tensor, eps: tf.Tensor): tf.Tensor {
  return tf.tidy(() => mu.add(logVar.div(2).exp().mul(eps)));
}

/** Pictures [n, 32, 32, 3] of codes z [n, k]. */
export function decode(params: Params, z: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const n = z.shape[0]!;
    const double = (input: tf.Tensor, name: string, side: number, channels: number): tf.Tensor => {
      const shape: [number, number, number, number] = [n, side, side, channels];
      const filter = params[name] as tf.Tensor4D;
      return tf.conv2dTranspose(input as tf.Tensor4D, filter, shape, 2, 'same').add(params[`${name}B`]!);
    };
    const start = tf.relu(dense(params, z, 'dense')).reshape([n, SMALL, SMALL, CHANNELS[2]]);
    const eight = tf.relu(double(start, 'up1', 8, CHANNELS[1]));
    const sixteen = tf.relu(double(eight, 'up2', 16, CHANNELS[0]));
    return tf.sigmoid(double(sixteen, 'up3', 32, 3));
  });
}

/**
 * The batch mean of ‖x − x̂‖²/2 + KL(N(mu, e^logVar) ‖ N(0, I)), a scalar. The divergence has the closed form
 * ½ Σ (mu² + e^logVar − 1 − logVar) (Kingma & Welling 2014, appendix B).
 */
export function negativeElbo(x: tf.Tensor, xHat: tf.Tensor, mu: tf.Tensor, logVar: tf.Tensor): tf.Scalar {
  return tf.tidy(() => {
    const misfit = x.sub(xHat).square().sum().div(2);
    const divergence = mu.square().add(logVar.exp()).sub(1).sub(logVar).sum().div(2);
    return misfit.add(divergence).div(mu.shape[0]!) as tf.Scalar;
  });
}

export interface TrainingOptions {
  epochs: number;
  batchSize: number;
  learningRate: number;
  rng: Rng;
  onEpoch?: (epoch: number, loss: number) => void;
}

/**
 * Descends the negative ELBO with Adam, in every epoch over all pictures [N, 32, 32, 3] in another order; the last batch may be
 * smaller. `losses`: the mean over the pictures, one entry an epoch.
 */
export async function trainVae(
  images: tf.Tensor,
  { epochs, batchSize, learningRate, rng, onEpoch }: TrainingOptions,
): Promise<{ params: Params; losses: number[] }> {
  const params: Record<string, tf.Variable> = {};
  for (const [name, value] of Object.entries(initVae(rng))) {
    params[name] = tf.variable(value);
    value.dispose();
  }
  const optimizer = tf.train.adam(learningRate);
  const count = images.shape[0]!;
  const losses: number[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = permutation(count, rng);
    let sum = 0;
    for (let start = 0; start < count; start += batchSize) {
      const rows = order.slice(start, start + batchSize);
      const cost = tf.tidy(() => {
        const x = images.gather(tf.tensor1d(rows, 'int32'));
        const noise = Float32Array.from({ length: rows.length * LATENT }, () => normal(rng));
        const eps = tf.tensor(noise, [rows.length, LATENT]);
        return optimizer.minimize(() => {
          const { mu, logVar } = encode(params, x);
          return negativeElbo(x, decode(params, reparameterize(mu, logVar, eps)), mu, logVar);
        }, true)!;
      });
      sum += (await cost.data())[0]! * rows.length;
      cost.dispose();
    }
    losses.push(sum / count);
    onEpoch?.(epoch, sum / count);
  }
  optimizer.dispose();
  return { params, losses };
}

function permutation(n: number, rng: Rng): number[] {
  const order = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(rng() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** The mean of mu over the pictures with the attribute minus that over those without, [k]. */
export function attributeDirection(params: Params, withIt: tf.Tensor, without: tf.Tensor): tf.Tensor {
  return tf.tidy(() => encode(params, withIt).mu.mean(0).sub(encode(params, without).mu.mean(0)));
}

/** decode(mu(x) + strength · direction) in the shape of x, [32, 32, 3] or [n, 32, 32, 3]. */
export function manipulate(params: Params, x: tf.Tensor, direction: tf.Tensor, strength: number): tf.Tensor {
  return tf.tidy(() => {
    const batch = x.rank === 3 ? x.expandDims(0) : x;
    const changed = decode(params, encode(params, batch).mu.add(direction.mul(strength)));
    return changed.reshape(x.shape);
  });
}

/** Pictures [count, 32, 32, 3] of the codes on the straight line from mu(xa) to mu(xb), both ends included. */
export function interpolate(params: Params, xa: tf.Tensor, xb: tf.Tensor, count: number): tf.Tensor {
  return tf.tidy(() => {
    const { mu } = encode(params, tf.stack([xa, xb]));
    const [a, b] = tf.split(mu, 2) as [tf.Tensor, tf.Tensor];
    // count = 1 is the first end alone.
    const shares = Array.from({ length: count }, (_, i) => (count === 1 ? 0 : i / (count - 1)));
    return decode(params, a.add(tf.tensor2d(shares, [count, 1]).mul(b.sub(a))));
  });
}
