/**
 * Sampling of colour pictures under a homography, and the critic and batches of question 1 at six columns.
 *
 * - M. Jaderberg et al., Spatial transformer networks, NIPS 2015, equations 1 and 5 (bilinear sampling and its gradients).
 * - A. Nan et al., DRMIME, MIDL 2020.
 * - R. Durstenfeld, Algorithm 235: random permutation, Comm. ACM 7(7), 1964.
 */
import * as tf from '@tensorflow/tfjs';

/** Parameters of the critic for d columns and h hidden units. */
export interface MineParams {
  w1: tf.Tensor /* [d,h] */;
  b1: tf.Tensor /* [h] */;
  w2: tf.Tensor /* [h,h] */;
  b2: tf.Tensor /* [h] */;
  w3: tf.Tensor /* [h,1] */;
  b3: tf.Tensor /* [1] */;
}

/**
 * image [h,w,c] sampled at H·(x, y, 1) for every point (x, y) of the grid xv, yv [h,w]; corner pixels lie at ±1, and
 * each of the four neighbours of a position that is outside the picture counts as zero. Result [h,w,c].
 */
export function perspectiveTransform(image: tf.Tensor, H: tf.Tensor, xv: tf.Tensor, yv: tf.Tensor): tf.Tensor {
  const [h, w, c] = image.shape as [number, number, number];
  return tf.tidy(() => {
    const [x, y] = [tf.reshape(xv, [-1]), tf.reshape(yv, [-1])];
    const points = tf.stack([x, y, tf.onesLike(x)]);
    const [u, v, s] = tf.unstack(tf.matMul(H as tf.Tensor2D, points as tf.Tensor2D)) as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
    ];
    const sampled = sampleBilinear(
      tf.reshape(image, [h * w, c]),
      toPixels(tf.div(u, s), w),
      toPixels(tf.div(v, s), h),
      h,
      w,
    );
    return tf.reshape(sampled, [h, w, c]);
  });
}

/** From a coordinate in [−1, 1] to pixels: (u + 1)(n − 1)/2. */
function toPixels(u: tf.Tensor, n: number): tf.Tensor {
  return tf.mul(tf.add(u, 1), (n - 1) / 2);
}

/**
 * Rows of pixels [h·w,c] at the positions px, py [n]: [n,c]. The backward rule is an own one, because tfjs cannot
 * differentiate through indices that depend on the positions.
 */
function sampleBilinear(pixels: tf.Tensor, px: tf.Tensor, py: tf.Tensor, h: number, w: number): tf.Tensor {
  const withRule = tf.customGrad((...inputs) => {
    const [source, x, y, save] = inputs as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    save([source, x, y]);
    const value = tf.addN(neighbours(x, y, h, w).map(({ place, weight }) => tf.mul(weight, tf.gather(source, place))));
    return { value, gradFunc: (dy, saved) => backward(dy, saved as [tf.Tensor, tf.Tensor, tf.Tensor], h, w) };
  });
  return withRule(pixels, px, py);
}

function backward(
  dy: tf.Tensor,
  [pixels, px, py]: [tf.Tensor, tf.Tensor, tf.Tensor],
  h: number,
  w: number,
): tf.Tensor[] {
  const all = neighbours(px, py, h, w);
  const shape = pixels.shape as [number, number];
  const toPixel = all.map(({ place, weight }) => tf.scatterND(tf.expandDims(place, 1), tf.mul(weight, dy), shape));
  const along = (slope: 'byX' | 'byY'): tf.Tensor =>
    tf.addN(all.map((one) => tf.sum(tf.mul(tf.mul(one[slope], tf.gather(pixels, one.place)), dy), 1)));
  return [tf.addN(toPixel), along('byX'), along('byY')];
}

interface Neighbour {
  /** Number of the pixel, 0 … h·w − 1. [n] */
  place: tf.Tensor1D;
  /** Bilinear weight, 0 outside the picture, and its derivatives by px and py. [n,1] */
  weight: tf.Tensor;
  byX: tf.Tensor;
  byY: tf.Tensor;
}

/** The four pixels around each position. */
function neighbours(px: tf.Tensor, py: tf.Tensor, h: number, w: number): Neighbour[] {
  const [left, top] = [tf.floor(px), tf.floor(py)];
  const [right, below] = [tf.sub(px, left), tf.sub(py, top)];
  return [0, 1].flatMap((dy) =>
    [0, 1].map((dx): Neighbour => {
      const [column, row] = [tf.add(left, dx), tf.add(top, dy)];
      const inside = tf.cast(tf.logicalAnd(within(column, w), within(row, h)), 'float32');
      const [weightX, weightY] = [dx === 0 ? tf.sub(1, right) : right, dy === 0 ? tf.sub(1, below) : below];
      const place = tf.add(tf.mul(tf.clipByValue(row, 0, h - 1), w), tf.clipByValue(column, 0, w - 1));
      const upright = (values: tf.Tensor): tf.Tensor => tf.expandDims(tf.mul(values, inside), 1);
      return {
        place: tf.cast(place, 'int32') as tf.Tensor1D,
        weight: upright(tf.mul(weightX, weightY)),
        byX: upright(tf.mul(weightY, dx === 0 ? -1 : 1)),
        byY: upright(tf.mul(weightX, dy === 0 ? -1 : 1)),
      };
    }),
  );
}

function within(position: tf.Tensor, n: number): tf.Tensor {
  return tf.logicalAnd(tf.greaterEqual(position, 0), tf.lessEqual(position, n - 1));
}

/** T(x): dense d→h, ELU, dense h→h, ELU, dense h→1. x [n,d] → [n,1]. */
export function mineCritic(params: MineParams, x: tf.Tensor): tf.Tensor {
  const { w1, b1, w2, b2, w3, b3 } = params;
  return tf.tidy(() => {
    const first = tf.elu(dense(x, w1, b1));
    const second = tf.elu(dense(first, w2, b2));
    return dense(second, w3, b3);
  });
}

function dense(x: tf.Tensor, weights: tf.Tensor, bias: tf.Tensor): tf.Tensor {
  return tf.add(tf.matMul(x as tf.Tensor2D, weights as tf.Tensor2D), bias);
}

/**
 * A batch of rows of data [N,2c]: [batchSize,2c]. 'joint' draws rows without replacement. 'marginal' draws the first c
 * columns from one such draw and the last c from another, independent one, which breaks the dependence of the halves.
 */
export function sampleBatch(
  data: tf.Tensor,
  batchSize: number,
  mode: 'joint' | 'marginal',
  rng: () => number,
): tf.Tensor {
  const [rows, columns] = data.shape as [number, number];
  return tf.tidy(() => {
    const first = draw(rows, batchSize, rng);
    if (mode === 'joint') return tf.gather(data, first);
    const second = draw(rows, batchSize, rng);
    const [left, right] = tf.split(data, [columns / 2, columns / 2], 1) as [tf.Tensor, tf.Tensor];
    return tf.concat([tf.gather(left, first), tf.gather(right, second)], 1);
  });
}

/** `count` of the numbers 0 … n − 1, none twice, in uniformly random order: the first steps of a Fisher–Yates shuffle. */
function draw(n: number, count: number, rng: () => number): tf.Tensor1D {
  const order = Array.from({ length: n }, (_, i) => i);
  for (let i = 0; i < count; i++) {
    const j = i + Math.floor(rng() * (n - i));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return tf.tensor1d(order.slice(0, count), 'int32');
}
