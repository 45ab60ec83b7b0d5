/**
 * @mistake inpaint sets the missing pixels to grey before it starts; it starts from the image as it is handed over.
 * @hint steps = 0 gives back the image.
 * @expect values-inpaint wrong-answer
 * @expect ends-inpaint wrong-answer
 * @expect pictures wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

type Dense = { kernel: tf.Tensor2D; bias: tf.Tensor1D };
type Model = { couplings: Dense[][]; scale: tf.Tensor1D };

function network(layers: Dense[], x: tf.Tensor): tf.Tensor {
  let h = x;
  for (let i = 0; i < layers.length; i++) {
    h = tf.add(tf.matMul(h as tf.Tensor2D, layers[i].kernel), layers[i].bias);
    if (i < layers.length - 1) h = tf.relu(h);
  }
  return h;
}

function split(x: tf.Tensor): [tf.Tensor, tf.Tensor] {
  const [n, D] = x.shape;
  const [first, second] = tf.unstack(tf.reshape(x, [n, D / 2, 2]), 2);
  return [first, second];
}

function merge(first: tf.Tensor, second: tf.Tensor): tf.Tensor {
  return tf.reshape(tf.stack([first, second], 2), [first.shape[0], 2 * first.shape[1]!]);
}

export function coupling(layers: Dense[], x: tf.Tensor, maskConfig: 0 | 1, reverse: boolean): tf.Tensor {
  return tf.tidy(() => {
    let [on, off] = split(x);
    if (maskConfig === 1) {
      const shift = network(layers, off);
      on = reverse ? tf.sub(on, shift) : tf.add(on, shift);
    } else {
      const shift = network(layers, on);
      off = reverse ? tf.sub(off, shift) : tf.add(off, shift);
    }
    return merge(on, off);
  });
}

export function scaling(scale: tf.Tensor, x: tf.Tensor, reverse: boolean) {
  return tf.tidy(() => {
    const logDet = tf.sum(scale);
    const y = reverse ? tf.mul(x, tf.exp(tf.neg(scale))) : tf.mul(x, tf.exp(scale));
    return { x: y, logDet };
  });
}

export function niceForward(model: Model, x: tf.Tensor) {
  return tf.tidy(() => {
    let h = x;
    for (let i = 0; i < model.couplings.length; i++) {
      h = coupling(model.couplings[i], h, ((1 + i) % 2) as 0 | 1, false);
    }
    const { x: z, logDet } = scaling(model.scale, h, false);
    return { z, logDet };
  });
}

export function niceInverse(model: Model, z: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    let h = scaling(model.scale, z, true).x;
    for (let i = model.couplings.length - 1; i >= 0; i--) {
      h = coupling(model.couplings[i], h, ((1 + i) % 2) as 0 | 1, true);
    }
    return h;
  });
}

export function logProb(model: Model, x: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const { z, logDet } = niceForward(model, x);
    const logPrior = tf.neg(tf.add(tf.softplus(z), tf.softplus(tf.neg(z))));
    return tf.add(tf.sum(logPrior, 1), logDet);
  });
}

export function inpaint(
  model: Model,
  image: tf.Tensor,
  mask: tf.Tensor,
  options: { steps: number; learningRate: number },
): tf.Tensor {
  const gradient = tf.grad((x: tf.Tensor) => tf.sum(logProb(model, tf.expandDims(x, 0))));
  return tf.tidy(() => {
    let x: tf.Tensor = tf.add(tf.mul(image, mask), tf.mul(0.5, tf.sub(1, mask)));
    for (let step = 0; step < options.steps; step++) {
      x = tf.tidy(() => {
        const moved = tf.add(x, tf.mul(options.learningRate, gradient(x)));
        const clamped = tf.clipByValue(moved, 0, 1);
        return tf.add(tf.mul(mask, image), tf.mul(tf.sub(1, mask), clamped));
      });
    }
    return x;
  });
}
