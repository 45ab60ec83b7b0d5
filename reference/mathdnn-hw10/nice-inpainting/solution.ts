/**
 * NICE: a normalising flow of additive couplings and a diagonal scaling, with a standard logistic prior, and inpainting by
 * projected gradient ascent of its log-likelihood.
 *
 * - L. Dinh, D. Krueger, Y. Bengio, NICE: Non-linear independent components estimation, ICLR Workshop 2015.
 */
import * as tf from '@tensorflow/tfjs';

/** kernel [in, out], bias [out] */
export interface Dense {
  kernel: tf.Tensor;
  bias: tf.Tensor;
}

export interface NiceModel {
  couplings: Dense[][];
  scale: tf.Tensor;
}

/**
 * With x as pairs (a, b) = (x₂ᵢ, x₂ᵢ₊₁), maskConfig 1 gives (a + m(b), b) and maskConfig 0 gives (a, b + m(a)); reverse
 * subtracts m. x and the result [n, D].
 */
export function coupling(layers: Dense[], x: tf.Tensor, maskConfig: 0 | 1, reverse: boolean): tf.Tensor {
  return tf.tidy(() => {
    const [n, size] = x.shape as [number, number];
    const pairs = tf.reshape(x, [n, size / 2, 2]);
    const [first, second] = tf.unstack(pairs, 2) as [tf.Tensor2D, tf.Tensor2D];
    const shift = network(layers, maskConfig === 1 ? second : first);
    const moved = tf.add(maskConfig === 1 ? first : second, reverse ? tf.neg(shift) : shift);
    return tf.reshape(tf.stack(maskConfig === 1 ? [moved, second] : [first, moved], 2), [n, size]);
  });
}

/** Dense layers with ReLU after every one but the last. x [n, in] → [n, out]. */
function network(layers: Dense[], x: tf.Tensor): tf.Tensor {
  return layers.reduce<tf.Tensor>((input, { kernel, bias }, i) => {
    const sum = tf.add(tf.matMul(input as tf.Tensor2D, kernel as tf.Tensor2D), bias);
    return i < layers.length - 1 ? tf.relu(sum) : sum;
  }, x);
}

/** x·exp(scale), in reverse x·exp(−scale); logDet = Σ scale either way, as on the sheet. scale [D], x [n, D]. */
export function scaling(scale: tf.Tensor, x: tf.Tensor, reverse: boolean): { x: tf.Tensor; logDet: tf.Tensor } {
  return tf.tidy(() => ({ x: tf.mul(x, tf.exp(reverse ? tf.neg(scale) : scale)), logDet: tf.sum(scale) }));
}

/** The mask of layer i. */
function maskOf(i: number): 0 | 1 {
  return i % 2 === 0 ? 1 : 0;
}

/** Couplings in order, then the scaling. Additive couplings have determinant 1. x and z [n, D]; logDet a scalar. */
export function niceForward(model: NiceModel, x: tf.Tensor): { z: tf.Tensor; logDet: tf.Tensor } {
  return tf.tidy(() => {
    const y = model.couplings.reduce((input, layers, i) => coupling(layers, input, maskOf(i), false), x);
    const { x: z, logDet } = scaling(model.scale, y, false);
    return { z, logDet };
  });
}

/** The way back: the scaling first, then the couplings from the last to the first. */
export function niceInverse(model: NiceModel, z: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const { x } = scaling(model.scale, z, true);
    return model.couplings.reduceRight((output, layers, i) => coupling(layers, output, maskOf(i), true), x);
  });
}

/** log p(x) = Σ log p(z) + logDet with the standard logistic density p(z) = e^−z / (1 + e^−z)². x [n, D] → [n]. */
export function logProb(model: NiceModel, x: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const { z, logDet } = niceForward(model, x);
    // −softplus(z) − softplus(−z) = −|z| − 2 log(1 + e^−|z|): no exponent is positive.
    const size = tf.abs(z);
    const each = tf.add(size, tf.mul(2, tf.log1p(tf.exp(tf.neg(size)))));
    return tf.sub(logDet, tf.sum(each, 1));
  });
}

/**
 * Projected gradient ascent from the image as it is: a step along the gradient of log p, then back into [0, 1], then the
 * known pixels (mask 1) as they were. image, mask and the result [D].
 */
export function inpaint(
  model: NiceModel,
  image: tf.Tensor,
  mask: tf.Tensor,
  options: { steps: number; learningRate: number },
): tf.Tensor {
  const slope = tf.grad((x: tf.Tensor) => tf.sum(logProb(model, tf.expandDims(x, 0))));
  return tf.tidy(() => {
    const known = tf.equal(mask, 1);
    let x = tf.clone(image);
    for (let step = 0; step < options.steps; step++) {
      const before = x;
      x = tf.tidy(() => {
        const moved = tf.add(before, tf.mul(options.learningRate, slope(before)));
        return tf.where(known, image, tf.clipByValue(moved, 0, 1));
      });
      before.dispose();
    }
    return x;
  });
}
