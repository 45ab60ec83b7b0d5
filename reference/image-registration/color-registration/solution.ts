/**
 * Sampling of colour pictures under a homography, the critic and batches of question 1 at six columns, and registration with
 * them: the motion and the critic are trained together on the Donsker–Varadhan bound of the mutual information.
 *
 * - M. Jaderberg et al., Spatial transformer networks, NIPS 2015, equations 1 and 5 (bilinear sampling and its gradients).
 * - M. I. Belghazi et al., Mutual information neural estimation, ICML 2018: the bound, E_joint[T] − log E_marginal[e^T].
 * - A. Nan et al., DRMIME, MIDL 2020: H = expm(Σᵢ vᵢ Bᵢ) over the basis of sl(3), and one loss for critic and motion.
 * - D. P. Kingma, J. Ba, Adam, ICLR 2015.
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
  return tf.tidy(() => {
    const [x, y] = [tf.reshape(xv, [-1]), tf.reshape(yv, [-1])];
    return tf.reshape(sampleAt(image, H, tf.stack([x, y, tf.onesLike(x)])), image.shape);
  });
}

/** image [h,w,c] at H times the points (x, y, 1), [3,n]: [n,c]. Beyond its border are zeros, or its edge goes on. */
function sampleAt(image: tf.Tensor, H: tf.Tensor, points: tf.Tensor, beyond: 'zeros' | 'edge' = 'zeros'): tf.Tensor {
  const [h, w, c] = image.shape as [number, number, number];
  const [u, v, s] = tf.unstack(tf.matMul(H as tf.Tensor2D, points as tf.Tensor2D)) as [tf.Tensor, tf.Tensor, tf.Tensor];
  const position = (a: tf.Tensor, n: number): tf.Tensor => {
    const pixel = toPixels(tf.div(a, s), n);
    return beyond === 'zeros' ? pixel : tf.clipByValue(pixel, 0, n - 1);
  };
  return sampleBilinear(tf.reshape(image, [h * w, c]), position(u, w), position(v, h), h, w);
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
  return tf.add(product(x, weights), bias);
}

/** x·w. The gradient that tfjs has for it multiplies by a transpose in place, for which WebAssembly has no fast kernel. */
const product = tf.customGrad((...args) => {
  const [x, w, save] = args as unknown as [tf.Tensor2D, tf.Tensor2D, tf.GradSaveFunc];
  save([x, w]);
  return {
    value: tf.matMul(x, w),
    gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => [
      tf.matMul(dy, tf.transpose(saved[1]!)),
      tf.matMul(tf.transpose(saved[0]!), dy),
    ],
  };
});

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

export interface RegisterOptions {
  iterations: number;
  batchSize: number;
  learningRate: number;
  rng: () => number;
  onIteration?: (i: number, loss: number) => void;
}

const HIDDEN = 100;

/** Terms of the exponential's series: the last is below 1e-7 for the motions that are looked for. */
const TERMS = 8;

/** Two translations, two shears, two scalings, two perspectives. */
const BASIS = [
  [0, 0, 1, 0, 0, 0, 0, 0, 0],
  [0, 0, 0, 0, 0, 1, 0, 0, 0],
  [0, 1, 0, 0, 0, 0, 0, 0, 0],
  [0, 0, 0, 1, 0, 0, 0, 0, 0],
  [1, 0, 0, 0, -1, 0, 0, 0, 0],
  [0, 0, 0, 0, -1, 0, 0, 0, 1],
  [0, 0, 0, 0, 0, 0, 1, 0, 0],
  [0, 0, 0, 0, 0, 0, 0, 1, 0],
];

/**
 * The homography, [3,3], that takes the normalised coordinates of `fixed` to those of `moving` (both [h,w,c]), and the loss
 * in every iteration. Random numbers come from `rng` alone.
 */
export async function register(
  fixed: tf.Tensor,
  moving: tf.Tensor,
  options: RegisterOptions,
): Promise<{ H: tf.Tensor; losses: number[] }> {
  const { iterations, learningRate, rng } = options;
  const [height, width, channels] = fixed.shape as [number, number, number];
  const count = height * width;
  const batchSize = Math.min(options.batchSize, count);
  const [points, basis] = [gridPoints(height, width), tf.tensor2d(BASIS)];
  const motion = tf.tidy(() => tf.variable(tf.zeros([1, BASIS.length])));
  const { critic, weights } = initialCritic(2 * channels, rng);
  const parameters = [motion, ...weights];
  const optimiser = new Adam(parameters);
  const losses: number[] = [];
  for (let i = 0; i < iterations; i++) {
    // Joint: both pictures at one place. Marginal: each at a place of its own.
    const draws = [0, 1, 2].map(() => draw(count, batchSize, rng)) as [tf.Tensor1D, tf.Tensor1D, tf.Tensor1D];
    const [joint, first, second] = draws;
    const { value, grads } = tf.variableGrads(() => {
      const left = tf.gather(tf.reshape(fixed, [count, channels]), tf.concat([joint, first]));
      // Zeros would be a colour that tells the critic where the picture ends.
      const right = sampleAt(
        moving,
        homography(motion, basis),
        tf.gather(points, tf.concat([joint, second]), 1),
        'edge',
      );
      const [onJoint, onMarginal] = tf.split(mineCritic(critic, tf.concat([left, right], 1)), 2);
      // −(mean T − log mean e^T)
      return tf.sub(tf.sub(tf.logSumExp(onMarginal!), Math.log(batchSize)), tf.mean(onJoint!)) as tf.Scalar;
    });
    const loss = (await value.data())[0]!;
    // Steps become shorter, so that the noise of the batches averages out in the end.
    optimiser.step(
      parameters.map(({ name }) => grads[name]!),
      learningRate * Math.max(0.02, 1 - i / iterations),
    );
    tf.dispose([value, ...Object.values(grads), ...draws]);
    losses.push(loss);
    options.onIteration?.(i, loss);
  }
  const H = tf.tidy(() => homography(motion, basis));
  optimiser.dispose();
  tf.dispose([...parameters, basis, points]);
  return { H, losses };
}

/** expm(Σᵢ vᵢ Bᵢ), [3,3], by its power series. v [1,8], basis [8,9]. */
function homography(v: tf.Tensor, basis: tf.Tensor): tf.Tensor {
  const C = tf.reshape(tf.matMul(v, basis), [3, 3]);
  let term: tf.Tensor = tf.eye(3);
  let sum = term;
  for (let n = 1; n <= TERMS; n++) {
    term = tf.mul(tf.matMul(term, C), 1 / n);
    sum = tf.add(sum, term);
  }
  return sum;
}

/** Normalised coordinates (x, y, 1) of all pixels in row-major order, [3,h·w]. */
function gridPoints(height: number, width: number): tf.Tensor2D {
  const along = (i: number, n: number): number => (2 * i) / Math.max(1, n - 1) - 1;
  const pixels = Array.from({ length: height * width }, (_, k) => k);
  return tf.tensor2d([
    pixels.map((k) => along(k % width, width)),
    pixels.map((k) => along(Math.floor(k / width), height)),
    pixels.map(() => 1),
  ]);
}

/** Weights uniform on ±1/√inputs. The first layer's are wider, since values in [0, 1] differ by little. */
function initialCritic(inputs: number, rng: () => number): { critic: MineParams; weights: tf.Variable[] } {
  const uniform = (shape: number[], bound: number): tf.Variable =>
    tf.tidy(() => {
      const entries = shape.reduce((a, b) => a * b, 1);
      return tf.variable(
        tf.tensor(
          Array.from({ length: entries }, () => bound * (2 * rng() - 1)),
          shape,
        ),
      );
    });
  const narrow = 1 / Math.sqrt(HIDDEN);
  const critic = {
    w1: uniform([inputs, HIDDEN], 1),
    b1: uniform([HIDDEN], 1),
    w2: uniform([HIDDEN, HIDDEN], narrow),
    b2: uniform([HIDDEN], narrow),
    w3: uniform([HIDDEN, 1], narrow),
    b3: uniform([1], 0),
  };
  return { critic, weights: Object.values(critic) };
}

/** Adam with a rate for every step. */
class Adam {
  readonly #parameters: tf.Variable[];
  readonly #means: tf.Variable[];
  readonly #squares: tf.Variable[];
  #steps = 0;

  constructor(parameters: tf.Variable[]) {
    this.#parameters = parameters;
    const zeros = (): tf.Variable[] => tf.tidy(() => parameters.map((p) => tf.variable(tf.zerosLike(p))));
    this.#means = zeros();
    this.#squares = zeros();
  }

  step(gradients: tf.Tensor[], rate: number): void {
    this.#steps += 1;
    // Both corrections of the bias as one factor of the rate.
    const corrected = (rate * Math.sqrt(1 - 0.999 ** this.#steps)) / (1 - 0.9 ** this.#steps);
    tf.tidy(() => {
      for (const [i, gradient] of gradients.entries()) {
        const [mean, square] = [this.#means[i]!, this.#squares[i]!];
        mean.assign(tf.add(tf.mul(mean, 0.9), tf.mul(gradient, 0.1)));
        square.assign(tf.add(tf.mul(square, 0.999), tf.mul(tf.square(gradient), 0.001)));
        const step = tf.div(tf.mul(mean, corrected), tf.add(tf.sqrt(square), 1e-8));
        this.#parameters[i]!.assign(tf.sub(this.#parameters[i]!, step));
      }
    });
  }

  dispose(): void {
    tf.dispose([...this.#means, ...this.#squares]);
  }
}
