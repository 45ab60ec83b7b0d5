/**
 * @about Bilinear sampling as a product with hat functions of every pixel; the picture as a matrix; no gathering at all.
 */
import * as tf from '@tensorflow/tfjs';

const hat = (position: tf.Tensor, n: number): tf.Tensor =>
  tf.relu(tf.sub(1, tf.abs(tf.sub(position.reshape([-1, 1]), tf.range(0, n).reshape([1, n])))));

export function perspectiveTransform(image: tf.Tensor, H: tf.Tensor, xv: tf.Tensor, yv: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const [h, w, c] = image.shape as [number, number, number];
    const grid = tf.stack([xv.flatten(), yv.flatten(), tf.ones([xv.size])], 1);
    const mapped = tf.matMul(grid as tf.Tensor2D, H as tf.Tensor2D, false, true);
    const [X, Y, Z] = tf.unstack(mapped, 1);
    const horizontal = hat(X.div(Z).add(1).mul((w - 1) / 2), w);
    const vertical = hat(Y.div(Z).add(1).mul((h - 1) / 2), h);
    // weight of pixel (i, j) for point p: vertical[p,i] horizontal[p,j]
    const weights = tf.mul(vertical.expandDims(2), horizontal.expandDims(1)).reshape([-1, h * w]);
    return tf.matMul(weights as tf.Tensor2D, image.reshape([h * w, c]) as tf.Tensor2D).reshape([h, w, c]);
  });
}

export function mineCritic(params: any, x: tf.Tensor): tf.Tensor {
  const elu = (a: tf.Tensor) => tf.add(tf.maximum(a, 0), tf.exp(tf.minimum(a, 0)).sub(1));
  const layer = (a: tf.Tensor, i: number) => tf.add(tf.matMul(a as tf.Tensor2D, params[`w${i}`]), params[`b${i}`]);
  return layer(elu(layer(elu(layer(x, 1)), 2)), 3);
}

export function sampleBatch(data: tf.Tensor, batchSize: number, mode: 'joint' | 'marginal', rng: () => number): tf.Tensor {
  const n = data.shape[0];
  const draw = () => {
    const seen = new Set<number>();
    while (seen.size < batchSize) seen.add(Math.floor(rng() * n));
    return tf.tensor1d([...seen], 'int32');
  };
  const first = draw();
  const batch = tf.gather(data, first);
  if (mode === 'joint') return batch;
  return tf.concat([batch.slice([0, 0], [batchSize, 3]), tf.gather(data, draw()).slice([0, 3], [batchSize, 3])], 1);
}
