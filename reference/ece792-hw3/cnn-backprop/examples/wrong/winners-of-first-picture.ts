/**
 * @mistake The cells that the first picture’s maxima come from take the gradient for every picture of the batch.
 * @hint Each picture has winners of its own.
 * @expect gradient-W1 wrong-answer
 * @expect gradient-B1 wrong-answer
 * @expect gradient-W2 wrong-answer
 * @expect gradient-B2 wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

type T4 = tf.Tensor4D;
type Params = Record<'W1' | 'B1' | 'W2' | 'B2' | 'W3' | 'B3', tf.Tensor>;

function forward(params: Params, x: tf.Tensor) {
  const a1 = tf.sigmoid(tf.conv2d(x as T4, params.W1 as T4, 1, 'same').add(params.B1)) as T4;
  const p1 = tf.maxPool(a1, 2, 2, 'same');
  const a2 = tf.sigmoid(tf.conv2d(p1, params.W2 as T4, 1, 'same').add(params.B2)) as T4;
  const p2 = tf.maxPool(a2, 2, 2, 'same');
  const flat = p2.reshape([x.shape[0]!, 784]) as tf.Tensor2D;
  const p = tf.softmax(tf.matMul(flat, params.W3 as tf.Tensor2D).add(params.B3));
  return { a1, p1, a2, p2, flat, p };
}

/** Each window's error goes to its greatest cell; the first one where there are several. */
function unpool(a: T4, d: tf.Tensor): T4 {
  const [n, h, w, c] = a.shape;
  const cells = a
    .reshape([n, h / 2, 2, w / 2, 2, c])
    .transpose([0, 1, 3, 5, 2, 4])
    .reshape([n, h / 2, w / 2, c, 4]);
  const first = cells.slice([0], [1]);
  const mask = tf.oneHot(first.argMax(4).toInt(), 4).toFloat();
  return mask
    .mul(d.expandDims(4))
    .reshape([n, h / 2, w / 2, c, 2, 2])
    .transpose([0, 1, 4, 2, 5, 3])
    .reshape([n, h, w, c]) as T4;
}

/** The kernel's gradient: a convolution of the input with the error, the batch in the place of the channels. */
function kernelGradient(x: T4, d: T4): tf.Tensor {
  const padded = x.pad([[0, 0], [2, 2], [2, 2], [0, 0]]).transpose([3, 1, 2, 0]) as T4;
  const kernel = d.transpose([1, 2, 0, 3]) as T4;
  return tf.conv2d(padded, kernel, 1, 'valid').transpose([1, 2, 0, 3]);
}

export function cnnForward(params: Params, x: tf.Tensor): tf.Tensor {
  return tf.tidy(() => forward(params, x).p);
}

export function cnnGradients(params: Params, x: tf.Tensor, y: tf.Tensor): Params {
  return tf.tidy(() => {
    const n = x.shape[0]!;
    const { a1, p1, a2, p2, flat, p } = forward(params, x);
    const d3 = p.sub(y).div(n) as tf.Tensor2D;
    const dp2 = tf.matMul(d3, params.W3 as tf.Tensor2D, false, true).reshape(p2.shape);
    const d2 = unpool(a2, dp2).mul(a2).mul(tf.sub(1, a2)) as T4;
    const dp1 = tf.conv2dTranspose(d2, params.W2 as T4, p1.shape, 1, 'same');
    const d1 = unpool(a1, dp1).mul(a1).mul(tf.sub(1, a1)) as T4;
    return {
      W1: kernelGradient(x as T4, d1),
      B1: d1.sum([0, 1, 2]),
      W2: kernelGradient(p1, d2),
      B2: d2.sum([0, 1, 2]),
      W3: tf.matMul(flat, d3, true),
      B3: d3.sum(0),
    };
  });
}
