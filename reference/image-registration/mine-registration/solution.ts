/**
 * Registration by mutual information: a homography H = expm(Σᵢ vᵢ Bᵢ) and a critic network are trained together, so that
 * the Donsker–Varadhan bound of the mutual information between the fixed picture and the warped moving one becomes greatest.
 *
 * - M. I. Belghazi et al., Mutual information neural estimation, ICML 2018: the bound, E_joint[T] − log E_marginal[e^T].
 * - A. Nan, M. Tennant, U. Rubin, N. Ray, DRMIME: Differentiable mutual information and matrix exponential for
 *   multi-resolution image registration, MIDL 2020: sl(3), and one loss for critic and motion.
 */
import * as tf from '@tensorflow/tfjs';

type Rng = () => number;
type Pictures = [tf.Tensor2D, tf.Tensor2D];

export interface RegisterOptions {
  iterations: number;
  batchSize: number;
  learningRate: number;
  rng: Rng;
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
 * The homography, [3,3], that takes the normalised coordinates of `fixed` to those of `moving` (both [h,w], or [h,w,c] in
 * colour), and the loss in every iteration. Random numbers come from `rng` alone.
 */
export async function register(
  fixed: tf.Tensor,
  moving: tf.Tensor,
  options: RegisterOptions,
): Promise<{ H: tf.Tensor; losses: number[] }> {
  const { iterations, learningRate, rng } = options;
  const [height, width, channels = 1] = fixed.shape as [number, number, number?];
  const batchSize = Math.min(options.batchSize, height * width);
  const [fixedPixels, movingPixels] = [fixed, moving].map((image) => image.reshape([-1, channels])) as Pictures;
  const basis = tf.tensor2d(BASIS);
  // Coordinates of the motion, then the critic's w1, b1, w2, b2, w3, b3.
  const parameters = tf.tidy(() =>
    [tf.zeros([1, 8]), ...initialCritic(2 * channels, rng)].map((start) => tf.variable(start)),
  );
  const optimiser = new Adam(parameters);
  const draw = rowDrawer(height * width, rng);
  const losses: number[] = [];
  for (let i = 0; i < iterations; i++) {
    // Joint: both pictures at one place. Marginal: each at a place of its own.
    const [joint, first, second] = [draw(batchSize), draw(batchSize), draw(batchSize)];
    const places = pointsOf([...joint, ...second], height, width);
    const left = tf.gather(fixedPixels, [...joint, ...first]);
    const reached = (): [tf.Tensor, tf.Tensor] => move(places, homography(parameters[0]!, basis), height, width);
    // Which four pixels are neighbours has no derivative, and tfjs would look for one: found out here, they are constants.
    const corners = tf.tidy(() => reached().map((x) => tf.floor(x))) as [tf.Tensor, tf.Tensor];
    const { value, grads } = tf.variableGrads(() => {
      const critic = parameters.slice(1);
      const warped = sampleAt(movingPixels, reached(), corners, height, width);
      const T = criticOf(critic, tf.concat([left, warped], 1));
      const [onJoint, onMarginal] = tf.split(T, 2);
      return tf.neg(tf.sub(tf.mean(onJoint!), tf.sub(tf.logSumExp(onMarginal!), Math.log(batchSize)))) as tf.Scalar;
    });
    const loss = (await value.data())[0]!;
    // Steps become shorter, so that the noise of the batches averages out in the end.
    optimiser.step(
      parameters.map(({ name }) => grads[name]!),
      learningRate * Math.max(0.02, 1 - i / iterations),
    );
    tf.dispose([value, ...Object.values(grads), places, left, ...corners]);
    losses.push(loss);
    options.onIteration?.(i, loss);
  }
  const H = tf.tidy(() => homography(parameters[0]!, basis));
  optimiser.dispose();
  tf.dispose([...parameters, basis, fixedPixels, movingPixels]);
  return { H, losses };
}

/** expm(Σᵢ vᵢ Bᵢ), [3,3], by its power series. */
function homography(v: tf.Tensor, basis: tf.Tensor): tf.Tensor {
  const C = tf.matMul(v, basis).reshape([3, 3]);
  let term: tf.Tensor = tf.eye(3);
  let sum = term;
  for (let n = 1; n <= TERMS; n++) {
    term = tf.mul(tf.matMul(term, C), 1 / n);
    sum = tf.add(sum, term);
  }
  return sum;
}

/** Normalised coordinates (x, y, 1) of pixels given by their place in row-major order, [3,n]. */
function pointsOf(pixels: number[], height: number, width: number): tf.Tensor2D {
  const x = pixels.map((k) => (2 * (k % width)) / Math.max(1, width - 1) - 1);
  const y = pixels.map((k) => (2 * Math.floor(k / width)) / Math.max(1, height - 1) - 1);
  return tf.tensor2d([x, y, pixels.map(() => 1)]);
}

/** Where H takes the points [3,n]: columns and rows of a picture, [n] each; from beyond the border to the border. */
function move(points: tf.Tensor, H: tf.Tensor, height: number, width: number): [tf.Tensor, tf.Tensor] {
  const [x, y, w] = tf.unstack(tf.matMul(H, points));
  return [
    tf.clipByValue(tf.mul(tf.add(tf.div(x!, w!), 1), (width - 1) / 2), 0, width - 1),
    tf.clipByValue(tf.mul(tf.add(tf.div(y!, w!), 1), (height - 1) / 2), 0, height - 1),
  ];
}

/** Bilinear interpolation of a picture (its pixels as rows, [h·w,c]) between the pixels right and below of `left` and `top`, [n,c]. */
function sampleAt(
  pixels: tf.Tensor,
  [column, row]: [tf.Tensor, tf.Tensor],
  [left, top]: [tf.Tensor, tf.Tensor],
  height: number,
  width: number,
): tf.Tensor {
  const [right, bottom] = [tf.minimum(tf.add(left, 1), width - 1), tf.minimum(tf.add(top, 1), height - 1)];
  const [across, down] = [tf.sub(column, left).expandDims(1), tf.sub(row, top).expandDims(1)];
  const at = (r: tf.Tensor, c: tf.Tensor): tf.Tensor =>
    tf.gather(pixels, tf.cast(tf.add(tf.mul(r, width), c), 'int32'));
  const between = (a: tf.Tensor, b: tf.Tensor, share: tf.Tensor): tf.Tensor => tf.add(a, tf.mul(tf.sub(b, a), share));
  const above = between(at(top, left), at(top, right), across);
  const below = between(at(bottom, left), at(bottom, right), across);
  return between(above, below, down);
}

/** d → h → h → 1 with ELU, [n,1]. */
function criticOf([w1, b1, w2, b2, w3, b3]: tf.Tensor[], x: tf.Tensor): tf.Tensor {
  const hidden1 = tf.elu(tf.add(product(x, w1!), b1!));
  const hidden2 = tf.elu(tf.add(product(hidden1, w2!), b2!));
  return tf.add(product(hidden2, w3!), b3!);
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

/** Weights uniform on ±1/√inputs. The first layer's are wider, since grey values in [0, 1] differ by little. */
function initialCritic(inputs: number, rng: Rng): tf.Tensor[] {
  const uniform = (shape: number[], bound: number): tf.Tensor =>
    tf.tensor(
      Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => bound * (2 * rng() - 1)),
      shape,
    );
  const narrow = 1 / Math.sqrt(HIDDEN);
  return [
    uniform([inputs, HIDDEN], 1),
    uniform([HIDDEN], 1),
    uniform([HIDDEN, HIDDEN], narrow),
    uniform([HIDDEN], narrow),
    uniform([HIDDEN, 1], narrow),
    tf.zeros([1]),
  ];
}

/** Draws so many of `count` rows without replacement: the beginning of a shuffle, which may go on from any order. */
function rowDrawer(count: number, rng: Rng): (n: number) => number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  return (n) => {
    for (let i = 0; i < n; i++) {
      const j = i + Math.floor(rng() * (count - i));
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    return order.slice(0, n);
  };
}

/** Adam (Kingma & Ba, ICLR 2015) with a rate for every step. */
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
