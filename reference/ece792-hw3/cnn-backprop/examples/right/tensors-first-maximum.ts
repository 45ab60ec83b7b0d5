/**
 * @about Tensors throughout: patches gathered by slices (im2col) and matrix products, forward and backward; pooling before the sigmoid; ties go to the first cell by argMax.
 */
import * as tf from '@tensorflow/tfjs';

type Params = Record<'W1' | 'B1' | 'W2' | 'B2' | 'W3' | 'B3', tf.Tensor>;

/** [n,h,w,c] → [n·h·w, 25·c], zeros beyond the border. */
function patches(x: tf.Tensor4D): tf.Tensor2D {
  const [n, h, w, c] = x.shape;
  const padded = x.pad([[0, 0], [2, 2], [2, 2], [0, 0]]);
  const shifted: tf.Tensor[] = [];
  for (let u = 0; u < 5; u++) for (let v = 0; v < 5; v++) shifted.push(padded.slice([0, u, v, 0], [n, h, w, c]));
  return tf.concat(shifted, 3).reshape([n * h * w, 25 * c]) as tf.Tensor2D;
}

/** The way back: what each patch says of its pixels is added up. */
function fold(columns: tf.Tensor, [n, h, w, c]: number[]): tf.Tensor4D {
  const parts = tf.split(columns.reshape([n, h, w, 25 * c]), 25, 3);
  const moved = parts.map((part, i) => {
    const [u, v] = [Math.floor(i / 5), i % 5];
    return part.pad([[0, 0], [u, 4 - u], [v, 4 - v], [0, 0]]);
  });
  return tf.addN(moved).slice([0, 2, 2, 0], [n, h, w, c]) as tf.Tensor4D;
}

/** [n,h,w,c] → the four cells of each window along a last axis of their own. */
function windows(a: tf.Tensor4D): tf.Tensor {
  const [n, h, w, c] = a.shape;
  const cells = [0, 1].flatMap((i) =>
    [0, 1].map((j) => tf.stridedSlice(a, [0, i, j, 0], [n, h, w, c], [1, 2, 2, 1])),
  );
  return tf.stack(cells, 4);
}

function spread(errors: tf.Tensor): tf.Tensor4D {
  const [n, h, w, c] = errors.shape as [number, number, number, number];
  const [a, b, d, e] = tf.unstack(errors, 4);
  const top = tf.stack([a, b], 3).reshape([n, h, 2 * w, c]);
  const bottom = tf.stack([d, e], 3).reshape([n, h, 2 * w, c]);
  return tf.stack([top, bottom], 2).reshape([n, 2 * h, 2 * w, c]) as tf.Tensor4D;
}

function stage(x: tf.Tensor4D, W: tf.Tensor, B: tf.Tensor) {
  const [n, h, w] = x.shape;
  const columns = patches(x);
  const kernel = W.reshape([-1, B.size]) as tf.Tensor2D;
  const z = tf.matMul(columns, kernel).add(B).reshape([n, h, w, B.size]) as tf.Tensor4D;
  const cells = windows(z);
  const out = tf.sigmoid(cells.max(4)) as tf.Tensor4D;
  return { columns, kernel, cells, out, shape: x.shape };
}

function back(s: ReturnType<typeof stage>, dOut: tf.Tensor) {
  const dMax = dOut.mul(s.out).mul(tf.sub(1, s.out));
  const chosen = tf.oneHot(s.cells.argMax(4).toInt(), 4).toFloat();
  const dz = spread(chosen.mul(dMax.expandDims(4)));
  const flat = dz.reshape([-1, s.kernel.shape[1]]) as tf.Tensor2D;
  return {
    kernel: tf.matMul(s.columns, flat, true),
    bias: flat.sum(0),
    input: () => fold(tf.matMul(flat, s.kernel, false, true), s.shape),
  };
}

function run(p: Params, x: tf.Tensor) {
  const one = stage(x as tf.Tensor4D, p.W1, p.B1);
  const two = stage(one.out, p.W2, p.B2);
  const flat = two.out.reshape([x.shape[0]!, 784]) as tf.Tensor2D;
  const logits = tf.matMul(flat, p.W3 as tf.Tensor2D).add(p.B3);
  return { one, two, flat, prob: tf.softmax(logits) };
}

export const cnnForward = (params: Params, x: tf.Tensor): tf.Tensor => tf.tidy(() => run(params, x).prob);

export const cnnGradients = (params: Params, x: tf.Tensor, y: tf.Tensor): Params =>
  tf.tidy(() => {
    const { one, two, flat, prob } = run(params, x);
    const d = prob.sub(y).div(x.shape[0]!) as tf.Tensor2D;
    const second = back(two, tf.matMul(d, params.W3 as tf.Tensor2D, false, true).reshape(two.out.shape));
    const first = back(one, second.input());
    return {
      W1: first.kernel.reshape([5, 5, 1, 8]),
      B1: first.bias,
      W2: second.kernel.reshape([5, 5, 8, 16]),
      B2: second.bias,
      W3: tf.matMul(flat, d, true),
      B3: d.sum(0),
    };
  });
