/**
 * Back-propagation through a small convolutional network, written out by hand:
 * two stages of convolution (5×5, same) → sigmoid → 2×2 max-pool, then a dense layer, softmax, and the mean cross-entropy.
 *
 * - Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, Gradient-based learning applied to document recognition, Proc. IEEE 86, 1998.
 * - I. Goodfellow, Y. Bengio, A. Courville, Deep Learning, MIT Press 2016, sections 6.5 (back-propagation), 9.5 and 9.10 (the
 *   gradients of a convolution: with respect to its input a transposed convolution, with respect to its kernel a correlation of
 *   input and error).
 */
import * as tf from '@tensorflow/tfjs';

type Picture = tf.Tensor4D;

/** W1 [5,5,1,8], B1 [8], W2 [5,5,8,16], B2 [16], W3 [784,10], B3 [10]. */
interface CnnParams {
  W1: tf.Tensor;
  B1: tf.Tensor;
  W2: tf.Tensor;
  B2: tf.Tensor;
  W3: tf.Tensor;
  B3: tf.Tensor;
}

/** What a stage computed: its input, the sigmoids, and their maxima over windows of 2×2. */
interface Stage {
  input: Picture;
  active: Picture;
  pooled: Picture;
}

/** Probabilities [n,10] of the pictures x [n,28,28,1]. */
export function cnnForward(params: CnnParams, x: tf.Tensor): tf.Tensor {
  return tf.tidy(() => run(params, x).probabilities);
}

/** Gradients of the mean cross-entropy of the batch, shaped as the parameters. y [n,10] is one-hot. */
export function cnnGradients(params: CnnParams, x: tf.Tensor, y: tf.Tensor): CnnParams {
  return tf.tidy(() => {
    const { first, second, features, probabilities } = run(params, x);
    // The derivative of −log softmax is p − y: no logarithm or division, hence finite where p is 0.
    const logitError = tf.div(tf.sub(probabilities, y), x.shape[0]!);
    const pooledError = tf.matMul(logitError, params.W3, false, true).reshape(second.pooled.shape) as Picture;
    const error2 = throughStage(second, pooledError);
    const error1 = throughStage(first, inputGradient(second.input, params.W2, error2));
    return {
      W1: kernelGradient(first.input, error1),
      B1: tf.sum(error1, [0, 1, 2]),
      W2: kernelGradient(second.input, error2),
      B2: tf.sum(error2, [0, 1, 2]),
      W3: tf.matMul(features, logitError, true),
      B3: tf.sum(logitError, 0),
    };
  });
}

function run({ W1, B1, W2, B2, W3, B3 }: CnnParams, x: tf.Tensor) {
  const first = stage(x as Picture, W1, B1);
  const second = stage(first.pooled, W2, B2);
  const features = second.pooled.reshape([x.shape[0]!, -1]);
  const probabilities = tf.softmax(tf.add(tf.matMul(features, W3), B3));
  return { first, second, features, probabilities };
}

function stage(input: Picture, kernel: tf.Tensor, bias: tf.Tensor): Stage {
  const active = tf.sigmoid(tf.add(tf.conv2d(input, kernel as Picture, 1, 'same'), bias)) as Picture;
  return { input, active, pooled: tf.maxPool(active, 2, 2, 'valid') };
}

/** The error at the convolution's output from the error at the pooled values. */
function throughStage({ active, pooled }: Stage, error: Picture): Picture {
  return tf.mul(unpool(active, pooled, error), tf.mul(active, tf.sub(1, active)));
}

/** Sends each window's error to the first of its cells, in reading order, that holds the maximum. */
function unpool(active: Picture, pooled: Picture, error: Picture): Picture {
  const [n, h, w, c] = active.shape;
  const [rows, columns] = [h / 2, w / 2];
  // Cells of a window along axes 2 and 4.
  const windows = active.reshape([n, rows, 2, columns, 2 * c]);
  const cells = tf.split(windows, 2, 2).flatMap((half) => tf.split(half.reshape([n, rows, columns, 2 * c]), 2, 3));
  let open: tf.Tensor = tf.onesLike(pooled);
  const errors = cells.map((cell) => {
    const taken = tf.mul(open, tf.cast(tf.greaterEqual(cell, pooled), 'float32'));
    open = tf.sub(open, taken);
    return tf.mul(taken, error);
  });
  const row = (left: tf.Tensor, right: tf.Tensor): tf.Tensor => tf.concat([left, right], 3).reshape([n, rows, 1, w, c]);
  return tf.concat([row(errors[0]!, errors[1]!), row(errors[2]!, errors[3]!)], 2).reshape([n, h, w, c]) as Picture;
}

/** ∂L/∂input of a convolution with padding `same`: the transposed convolution of the error. */
function inputGradient(input: Picture, kernel: tf.Tensor, error: Picture): Picture {
  return tf.conv2dTranspose(error, kernel as Picture, input.shape, 1, 'same') as Picture;
}

/**
 * ∂L/∂kernel [5,5,in,out]: entry [u,v] correlates the error with the input moved by (u − 2, v − 2). With the batch in the place of
 * the channels this is a convolution whose kernel is the error.
 */
function kernelGradient(input: Picture, error: Picture): tf.Tensor {
  const padded = tf.pad(tf.transpose(input, [3, 1, 2, 0]), [
    [0, 0],
    [2, 2],
    [2, 2],
    [0, 0],
  ]) as Picture;
  const asKernel = tf.transpose(error, [1, 2, 0, 3]);
  return tf.transpose(tf.conv2d(padded, asKernel, 1, 'valid'), [1, 2, 0, 3]);
}
